import type { Diagnostic } from '../base/diagnostic.ts'
import type { JsonObject } from '../base/json.ts'
import { EXIT, type ExitCode, type Failure } from './exit.ts'
import type { Case, Documents, Outcome } from './invocation.ts'
import type { Io } from './io.ts'
import { failureMarkdown } from './markdown.ts'
import type { OutputFormat } from './options.ts'
import type { Paint } from './paint.ts'
import { printableLines } from './printable.ts'
import type { ReportFile } from './report-files.ts'
import { tool } from './tool.ts'

/** Something worth knowing that has no place in a document. */
export interface Remark {
  readonly severity: 'warning'
  readonly message: string
  readonly hint?: string
}

/** What a command came to, in each form that somebody may have asked for. */
interface Told {
  readonly json: string
  readonly text: string
  readonly markdown: string
  readonly failure?: string
  readonly cases?: readonly Case[]
}

/** Prints what a command came to: exactly one document, or its text; and the same into files. */
export class Report {
  readonly #io: Io
  readonly #format: OutputFormat
  readonly #found: Diagnostic[] = []
  readonly #remarks: Remark[] = []
  #documents: Documents | undefined
  #files: readonly ReportFile[] = []
  #top = ''

  constructor(io: Io, format: OutputFormat) {
    this.#io = io
    this.#format = format
  }

  add(found: readonly Diagnostic[], documents: Documents): void {
    for (const each of found) this.#found.push(each)
    this.#documents = documents
  }

  remark(remark: Remark): void {
    this.#remarks.push(remark)
  }

  /** `top` is the folder that names of files are relative to, for readers of other programs. */
  alsoTo(files: readonly ReportFile[], top: string): void {
    this.#files = files
    this.#top = top
  }

  outcome({ exit, kind, body, text, markdown = '', cases }: Outcome): Promise<ExitCode> {
    const told = { json: this.#document(kind, body), text, markdown }
    return this.#tell(exit, cases === undefined ? told : { ...told, cases })
  }

  failure({ exit, message, next }: Failure, paint: Paint): Promise<ExitCode> {
    this.#io.err(`${paint.bad('error')}: ${printableLines(message)}\n`)
    if (next !== undefined) this.#io.err(`  ${paint.strong('next')}: ${printableLines(next)}\n`)
    const error = { message, exit, ...(next === undefined ? {} : { next }) }
    return this.#tell(exit, {
      json: this.#document('Error', { error }),
      text: '',
      markdown: failureMarkdown(error, [...this.#found, ...this.#remarks]),
      failure: message,
    })
  }

  /** What stderr says already, for programs. */
  usage(message: string): ExitCode {
    const error = { message, exit: EXIT.usage, next: 'tokenidp help' }
    if (this.#format === 'json') this.#io.out(this.#document('Error', { error }))
    return EXIT.usage
  }

  async #tell(exit: ExitCode, told: Told): Promise<ExitCode> {
    if (told[this.#format] !== '') this.#io.out(told[this.#format])
    const written: boolean[] = []
    for (const file of this.#files) written.push(this.#write(file, await this.#textFor(file, told)))
    return exit === EXIT.ok && written.includes(false) ? EXIT.failed : exit
  }

  async #textFor({ format }: ReportFile, told: Told): Promise<string> {
    if (format === 'json' || format === 'markdown') return told[format]
    const { findingsReport, pathFrom } = await import('./reports/index.ts')
    return findingsReport(format, {
      diagnostics: this.#found,
      remarks: this.#remarks,
      text: told.text,
      ...(told.failure === undefined ? {} : { failure: told.failure }),
      ...(told.cases === undefined ? {} : { cases: told.cases }),
      sources: this.#documents?.sources ?? new Map(),
      pathOf: pathFrom(this.#top, this.#documents?.root),
    })
  }

  /** What was done is done, whether or not a disk has room for the report. */
  #write({ name, write }: ReportFile, text: string): boolean {
    try {
      if (write === undefined) this.#io.out(text)
      else write(text)
      return true
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#io.err(`error: the report ${name} cannot be written: ${why}\n`)
      return false
    }
  }

  #document(kind: string, body: JsonObject): string {
    const document = {
      formatVersion: '1.0',
      kind,
      tool,
      ...body,
      diagnostics: [...this.#found, ...this.#remarks],
    }
    return `${JSON.stringify(document)}\n`
  }
}
