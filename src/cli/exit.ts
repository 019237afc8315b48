/** What scripts branch on: part of the interface, so a number never changes its meaning. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** Only with --detailed-exitcode. */
  changes: 2,
  /** The documents are not valid. */
  invalid: 3,
  /** Somebody else was first: plan again and retry. */
  stale: 4,
  refused: 5,
  /** Committed, and not every server reported it in time. */
  unacknowledged: 6,
  /** Unreachable, or its schema is of another version. */
  database: 7,
  usage: 64,
  /** The machine lacks something: a newer Node, or the right master key. */
  machine: 78,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends a command. The sentence says what is wrong, `next` the one thing to do about it. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exit: ExitCode
  readonly next: string | undefined

  constructor(exit: ExitCode, message: string, next?: string) {
    super(message)
    this.exit = exit
    this.next = next
  }
}
