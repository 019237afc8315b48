import { closeSync, openSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, Failure } from './exit.ts'

/** Besides what is printed: a file for whatever comes after us, in one of these. */
const FORMATS = ['markdown', 'json'] as const

export interface ReportFile {
  readonly format: (typeof FORMATS)[number]
  readonly name: string
  /** Undefined for standard output. */
  readonly write: ((text: string) => void) | undefined
}

export interface Printing {
  readonly directory: string
  readonly output: 'text' | 'json' | 'markdown'
}

/** Opened now, while nothing has been done yet that could not be reported afterwards. */
export const reportFiles = (flags: readonly string[], printing: Printing): readonly ReportFile[] =>
  flags.map((flag) => reportFile(flag, printing))

function reportFile(flag: string, { directory, output }: Printing): ReportFile {
  const [, word = '', name = ''] = /^([a-z]+)=(.+)$/.exec(flag) ?? []
  const format = FORMATS.find((each) => each === word)
  if (format === undefined)
    throw new Failure(
      EXIT.usage,
      `--report takes <format>=<file>, with ${FORMATS.join(' or ')} for the format, not "${flag}"`,
      'for instance --report markdown=plan.md',
    )
  if (name !== '-') return { format, name, write: opened(resolve(directory, name)) }
  if (output === 'text' && format === 'markdown') return { format, name, write: undefined }
  throw new Failure(
    EXIT.usage,
    'standard output holds one document at most',
    `use -o ${format} instead of --report ${flag}`,
  )
}

function opened(path: string): (text: string) => void {
  try {
    const file = openSync(path, 'w')
    return (text) => {
      writeFileSync(file, text)
      closeSync(file)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.usage, `the report cannot be written: ${why}`, 'check --report')
  }
}
