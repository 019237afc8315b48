import type { Clock } from '../base/time.ts'

/** How long a command may take. */
export interface TimeLimit {
  /** As it was given. */
  readonly text: string
  isOver(): boolean
  onEnd(listener: () => void): void
  /** Later than the end. */
  after(ms: number, listener: () => void): void
  /** The command is done: nothing rings any more. */
  lift(): void
}

/** Longer than timers can be, and than anybody waits. */
const LONGEST_MS = 2 ** 31 - 1

export function timeLimit(ms: number, text: string, clock: Clock): TimeLimit {
  const from = clock.milliseconds()
  const timers: NodeJS.Timeout[] = []
  const after = (delay: number, listener: () => void): void =>
    void timers.push(setTimeout(listener, Math.min(delay, LONGEST_MS)))
  return {
    text,
    isOver: () => clock.milliseconds() - from >= ms,
    onEnd: (listener) => after(ms, listener),
    after,
    lift: () => timers.splice(0).forEach(clearTimeout),
  }
}
