/** How one engine spells what the other spells differently. */
export interface Spelling {
  readonly integer: string
  readonly bytes: string
  /** After a table's closing parenthesis. */
  readonly table: string
  /** The same, for a table whose rows arrive in the order of its key. */
  readonly ordered: string
}

export type Migration = (spelling: Spelling) => readonly string[]
