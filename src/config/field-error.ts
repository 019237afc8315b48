/** A field, or a value for one, that a person named outside of documents and that cannot be. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
