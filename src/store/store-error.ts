/** The database did not answer, or is not one this program can work with. Never thrown for bad input. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /**
   * unreachable: no connection. busy: locked for longer than we wait. schema-missing: never migrated.
   * schema-older: `db migrate` is due. schema-newer: made by a newer program. damaged: a row is not what
   * this program wrote.
   */
  readonly reason:
    | 'unreachable'
    | 'busy'
    | 'schema-missing'
    | 'schema-older'
    | 'schema-newer'
    | 'damaged'
  /** The message without its advice. */
  readonly what: string
  /** What to do about this very failure, where more is known than its reason tells. */
  readonly next: string | undefined

  constructor(
    reason: StoreError['reason'],
    what: string,
    { next, ...options }: ErrorOptions & { readonly next?: string | undefined } = {},
  ) {
    super(next === undefined ? what : `${what}; ${next}`, options)
    this.reason = reason
    this.what = what
    this.next = next
  }
}
