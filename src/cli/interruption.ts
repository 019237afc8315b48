import { EXIT, Failure } from './exit.ts'
import type { Io, StopSignal } from './io.ts'

/** Ctrl-C or SIGTERM: before the point of no return it ends a command at once, after it the outcome is told. */
export interface Interruption {
  /** Throws when it is too late to begin, and so rolls back. From here on the work is carried through. */
  pointOfNoReturn(): void
  /** True once the point of no return is passed: from then on the outcome may be either. */
  isCarriedThrough(): boolean
  /** What to undo, outside of the database, when the command ends early. */
  onEarlyEnd(undo: () => void): void
  /** For servers, whose ordinary end it is. */
  awaited(): Promise<StopSignal>
  /** The signal that came while the work was carried through. */
  ignored(): StopSignal | undefined
  /** The work, unless a signal is faster. */
  during<T>(work: Promise<T>): Promise<T>
}

export function interruptionOn(io: Pick<Io, 'onStop'>): Interruption {
  const undoing: (() => void)[] = []
  const stop = Promise.withResolvers<StopSignal>()
  const early = Promise.withResolvers<never>()
  // Whether somebody waits for it or not.
  early.promise.catch(() => undefined)
  let came: StopSignal | undefined
  let isEndedEarly = false
  let mayEndEarly = true
  io.onStop((signal) => {
    came = signal
    stop.resolve(signal)
    if (!mayEndEarly) return
    isEndedEarly = true
    for (const undo of undoing) undo()
    early.reject(interrupted(signal))
  })
  return {
    pointOfNoReturn() {
      if (came !== undefined && isEndedEarly) throw interrupted(came)
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

const interrupted = (signal: StopSignal): Failure =>
  new Failure(exitOf(signal), 'interrupted: nothing was applied', 'give the command again')
