import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Variables } from './environment.ts'
import { EXIT, Failure } from './exit.ts'

/** Besides what is printed: a file for whatever comes after us, in one of these. */
const FORMATS = ['sarif', 'junit', 'github', 'markdown', 'html', 'json'] as const

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

/** What GitHub Actions reads without being told to: annotations, on any stream, and the summary of the step. */
export function githubFiles(
  variables: Variables,
  asked: readonly ReportFile[],
  annotate: (text: string) => void,
): readonly ReportFile[] {
  if (variables.GITHUB_ACTIONS !== 'true') return []
  const summary = variables.GITHUB_STEP_SUMMARY
  const annotations: ReportFile = { format: 'github', name: 'annotations', write: annotate }
  return [
    ...(asked.some(({ format }) => format === 'github') ? [] : [annotations]),
    ...(summary
      ? [
          {
            format: 'markdown',
            name: summary,
            write: (text: string) => appendFileSync(summary, `${text}\n`),
          } as const,
        ]
      : []),
  ]
}

function reportFile(flag: string, { directory, output }: Printing): ReportFile {
  const [, word = '', name = ''] = /^([a-z]+)=(.+)$/.exec(flag) ?? []
  const format = FORMATS.find((each) => each === word)
  if (format === undefined)
    throw new Failure(
      EXIT.usage,
      `--report takes <format>=<file>, with one of ${FORMATS.join(', ')} for the format, not "${flag}"`,
      'for instance --report sarif=findings.sarif',
    )
  if (name !== '-') return { format, name, write: opened(resolve(directory, name)) }
  // Text takes what is no document of its own.
  if (output === 'text' && (format === 'markdown' || format === 'github'))
    return { format, name, write: undefined }
  throw new Failure(
    EXIT.usage,
    'standard output holds one document at most',
    format === 'json' || format === 'markdown'
      ? `use -o ${format} instead of --report ${flag}`
      : `name a file: --report ${format}=findings.${format === 'junit' ? 'xml' : format}`,
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
