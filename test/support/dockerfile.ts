/** A Dockerfile as stages of instructions. */
import { readFileSync } from 'node:fs'
import { CI } from './pipeline.ts'

export interface Instruction {
  readonly name: string
  readonly text: string
}

export interface Stage {
  readonly base: string
  readonly as: string | undefined
  readonly instructions: readonly Instruction[]
}

export function dockerfile(): readonly Stage[] {
  const lines = readFileSync(`${CI}container/Dockerfile`, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter(Boolean)
  const stages: { base: string; as: string | undefined; instructions: Instruction[] }[] = []
  for (const line of lines) {
    const [, name = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    const [base = '', , as] = text.split(/ /)
    if (name === 'FROM') stages.push({ base, as, instructions: [] })
    else stages.at(-1)?.instructions.push({ name, text })
  }
  return stages
}

export const all = ({ instructions }: Stage, wanted: string): readonly string[] =>
  instructions.filter(({ name }) => name === wanted).map(({ text }) => text)

/** Sources and target of a COPY of the build's context; nothing for one of another stage. */
export const copies = (stage: Stage) =>
  all(stage, 'COPY').map((text) => {
    const words = text.split(' ')
    const [, from] = /^--from=(.+)$/.exec(words[0] ?? '') ?? []
    const paths = words.slice(from === undefined ? 0 : 1)
    return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
  })

/** The last one of an instruction whose text ends with words as JSON. */
export function words(stage: Stage, name: string): readonly string[] {
  const text = all(stage, name).at(-1) ?? '[]'
  return JSON.parse(text.slice(text.indexOf('[')))
}

export const environment = (stage: Stage): Record<string, string> =>
  Object.fromEntries(
    all(stage, 'ENV').flatMap((text) =>
      [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    ),
  )
