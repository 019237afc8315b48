import type { ConfigurationTest } from '../../config/tests.ts'
import { code, prose } from '../markdown.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../printable.ts'
import { counted } from '../show-diagnostics.ts'
import type { Miss } from './judge.ts'

/** A test in one environment, and what came of it. */
export interface Verdict {
  readonly test: ConfigurationTest
  /** Undefined where the project has one. */
  readonly environment: string | undefined
  readonly misses: readonly Miss[]
}

const NONE =
  'No tests: the project has no file whose name ends in .test.yaml (tokenidp schema Test).\n'

/** A line for each, what is otherwise below it, and a count. */
export function verdictText(verdicts: readonly Verdict[], paint: Paint): string {
  if (verdicts.length === 0) return NONE
  return `${verdicts.map((each) => entry(each, paint)).join('')}\n${summary(verdicts)}.\n`
}

function entry(verdict: Verdict, paint: Paint): string {
  const { at } = verdict.test
  const { misses } = verdict
  const mark = misses.length === 0 ? paint.good('✓') : paint.bad('✗')
  const line = `${mark} ${printable(`${at.file}:${at.line}`)}  ${printable(nameOf(verdict))}\n`
  return [
    line,
    ...misses.map(({ part, expected, actual, at: place }) => {
      const what = part === '' ? '' : `${part}: `
      return `    ${printable(`${what}expected ${expected}, is ${actual}`)} ${paint.faint(`(line ${place.line})`)}\n`
    }),
  ].join('')
}

/** In its own words, or in those of the question. */
export function nameOf({ test, environment }: Pick<Verdict, 'test' | 'environment'>): string {
  const name = test.name ?? `${test.application ?? test.tenant}: ${questionOf(test)}`
  return environment === undefined ? name : `${name} [${environment}]`
}

function questionOf({ when }: ConfigurationTest): string {
  const [what = '', asked] = Object.entries(when)[0] ?? []
  if (typeof asked === 'string') return `${what} ${asked}`
  const details = Object.entries(asked ?? {}).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [what, ...details].join(' ')
}

function summary(verdicts: readonly Verdict[]): string {
  const failed = verdicts.filter(({ misses }) => misses.length > 0).length
  return `${counted(verdicts.length - failed, 'test')} passed, ${failed} failed`
}

export function verdictMarkdown(verdicts: readonly Verdict[]): string {
  const heading = verdicts.length === 0 ? 'no tests' : summary(verdicts)
  const failed = verdicts.filter(({ misses }) => misses.length > 0)
  const lines = failed.flatMap((verdict) =>
    verdict.misses.map(
      ({ part, expected, actual, at }) =>
        `- ${prose(nameOf(verdict))}: ${part === '' ? '' : `${code(part)} `}expected ${code(expected)}, is ${code(actual)} (${code(`${at.file}:${at.line}`)})`,
    ),
  )
  return `${[`### tokenidp: ${prose(heading)}`, '', ...lines].join('\n')}\n`
}
