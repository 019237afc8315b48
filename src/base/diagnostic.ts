/** Where something was written. Lines and columns count from 1; the end is exclusive. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export type DiagnosticCode = `TIDP${number}`

export interface Related {
  readonly message: string
  readonly at: Position
}

/** A replacement that `at` can take without a person's judgement. */
export interface Fix {
  readonly description: string
  readonly at: Position
  readonly text: string
}

/** Something wrong, or worth knowing, about what the user wrote. A value, never thrown: we list them all. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly at: Position
  readonly hint?: string
  readonly related: readonly Related[]
  readonly fixes: readonly Fix[]
}

export const hasErrors = (found: readonly Diagnostic[]): boolean =>
  found.some((diagnostic) => diagnostic.severity === 'error')
