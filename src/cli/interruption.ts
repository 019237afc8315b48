import { EXIT, Failure } from './exit.ts'
import type { Io, StopSignal } from './io.ts'
import type { TimeLimit } from './time-limit.ts'

type Cause = StopSignal | 'timeout'

/**
 * Ctrl-C, SIGTERM or the end of the time it was given: before the point of no return it ends a command at once,
 * after it the outcome is told.
 */
export interface Interruption {
  /** Throws when it is too late to begin, and so rolls back. From here on the work is carried through. */
  pointOfNoReturn(): void
  /** True once the point of no return is passed: from then on the outcome may be either. */
  isCarriedThrough(): boolean
  /** What to undo, outside of the database, when the command ends early. */
  onEarlyEnd(undo: () => void): void
  /** For servers, whose ordinary end it is. */
  awaited(): Promise<Cause>
  /** What came while the work was carried through. */
  ignored(): Cause | undefined
  /** The work, unless an interruption is faster. */
  during<T>(work: Promise<T>): Promise<T>
}

/** A database that does not answer a commit may never do it. */
const PATIENCE_MS = 10_000

export function interruptionOn(io: Pick<Io, 'onStop'>, limit?: TimeLimit): Interruption {
  const undoing: (() => void)[] = []
  const stop = Promise.withResolvers<Cause>()
  const early = Promise.withResolvers<never>()
  // Whether somebody waits for it or not.
  early.promise.catch(() => undefined)
  let came: Cause | undefined
  let isEndedEarly = false
  let mayEndEarly = true
  const interrupt = (cause: Cause): void => {
    came = cause
    stop.resolve(cause)
    if (!mayEndEarly) return
    isEndedEarly = true
    for (const undo of undoing) undo()
    early.reject(interrupted(cause, limit))
  }
  io.onStop(interrupt)
  limit?.onEnd(() => {
    if (came !== undefined) return
    interrupt('timeout')
    if (!isEndedEarly) limit.after(PATIENCE_MS, () => early.reject(unanswered(limit)))
  })
  return {
    pointOfNoReturn() {
      // Work that never waits lets no timer ring.
      if (mayEndEarly && came === undefined && limit?.isOver()) interrupt('timeout')
      if (came !== undefined && isEndedEarly) throw interrupted(came, limit)
      mayEndEarly = false
    },
    isCarriedThrough: () => !mayEndEarly,
    onEarlyEnd: (undo) => void undoing.push(undo),
    awaited() {
      mayEndEarly = false
      return stop.promise
    },
    ignored: () => (isEndedEarly ? undefined : came),
    during: (work) => Promise.race([work, early.promise]),
  }
}

export const exitOf = (signal: StopSignal) =>
  signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated

const interrupted = (cause: Cause, limit: TimeLimit | undefined): Failure =>
  cause === 'timeout'
    ? new Failure(
        EXIT.failed,
        `not done within --timeout ${limit?.text}: nothing was applied`,
        'give it more time; -v tells what takes how long',
      )
    : new Failure(exitOf(cause), 'interrupted: nothing was applied', 'give the command again')

const unanswered = ({ text }: TimeLimit): Failure =>
  new Failure(
    EXIT.failed,
    `not done within --timeout ${text}, and what had begun was not answered: nobody knows whether it was done`,
    'tokenidp status, and tokenidp history',
  )
