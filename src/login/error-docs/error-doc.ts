/** What a developer is told about one error code. */
export interface ErrorDoc {
  readonly means: string
  readonly causes: readonly string[]
  readonly remedy: string
  /** Its section, and where to read it. */
  readonly specification: readonly [section: string, url: string]
}
