import type { Diagnostic } from '../base/diagnostic.ts'
import type { JsonObject } from '../base/json.ts'
import { EXIT, type ExitCode, type Failure } from './exit.ts'
import type { Outcome } from './invocation.ts'
import type { Io } from './io.ts'
import type { Paint } from './paint.ts'
import { tool } from './tool.ts'

/** Something worth knowing that has no place in a document. */
export interface Remark {
  readonly severity: 'warning'
  readonly message: string
  readonly hint?: string
}

/** Prints what a command came to: exactly one document, or its text. */
export class Report {
  readonly #io: Io
  readonly #isJson: boolean
  readonly #diagnostics: (Diagnostic | Remark)[] = []

  constructor(io: Io, isJson: boolean) {
    this.#io = io
    this.#isJson = isJson
  }

  add(found: readonly (Diagnostic | Remark)[]): void {
    this.#diagnostics.push(...found)
  }

  outcome({ exit, kind, body, text }: Outcome): ExitCode {
    if (this.#isJson) this.#document(kind, body)
    else this.#io.out(text)
    return exit
  }

  failure({ exit, message, next }: Failure, paint: Paint): ExitCode {
    this.#io.err(`${paint.bad('error')}: ${message}\n`)
    if (next !== undefined) this.#io.err(`  ${paint.strong('next')}: ${next}\n`)
    const error = { message, exit, ...(next === undefined ? {} : { next }) }
    if (this.#isJson) this.#document('Error', { error })
    return exit
  }

  /** What stderr says already, for programs. */
  usage(message: string): ExitCode {
    const error = { message, exit: EXIT.usage, next: 'tokenidp help' }
    if (this.#isJson) this.#document('Error', { error })
    return EXIT.usage
  }

  #document(kind: string, body: JsonObject): void {
    const document = {
      formatVersion: '1.0',
      kind,
      tool,
      ...body,
      diagnostics: this.#diagnostics,
    }
    this.#io.out(`${JSON.stringify(document)}\n`)
  }
}
