import type { Clock } from '../base/time.ts'
import type { Heard } from '../store/heard.ts'
import type { Io } from './io.ts'
import { printable } from './printable.ts'
import type { Progress } from './progress.ts'

/**
 * What `-v` and `-vv` tell on stderr: what was done and how long it took. Counts, names of files and texts of
 * statements with placeholders: nothing that holds a value.
 */
export interface Trace {
  /** With -v, once what begins now is done. */
  begin(): (told: () => string) => void
  /** With -vv. */
  detail(told: () => string): void
  /** Counts statements with -v, and shows them with -vv. Undefined where nobody wants to know. */
  statements(): { readonly heard: Heard; readonly told: () => string } | undefined
}

export const NO_TRACE: Trace = {
  begin: () => () => undefined,
  detail: () => undefined,
  statements: () => undefined,
}

interface Around {
  readonly io: Pick<Io, 'err'>
  readonly clock: Clock
  readonly faint: (text: string) => string
}

/** `verbosity` is how often -v was given. */
export function traceOn({ io, clock, faint }: Around, verbosity: number): Trace {
  if (verbosity === 0) return NO_TRACE
  const say = (text: string): void => io.err(`${faint(printable(text))}\n`)
  const detail: Trace['detail'] = (told) => {
    if (verbosity > 1) say(`  ${told()}`)
  }
  return {
    detail,
    begin() {
      const from = clock.milliseconds()
      return (told) => say(`${told()} in ${Math.round(clock.milliseconds() - from)} ms`)
    },
    statements() {
      let count = 0
      let total = 0
      return {
        heard(text, tookMs) {
          count += 1
          total += tookMs
          detail(() => `${tookMs.toFixed(1)} ms  ${shortened(text)}`)
        },
        told: () => `database: ${count} statements (${Math.round(total)} ms)`,
      }
    },
  }
}

/** What takes long, with how long it took. */
export const timed = ({ during }: Progress, { begin }: Trace): Progress => ({
  async during(what, work) {
    const end = begin()
    const done = await during(what, work)
    end(() => `${what}: done`)
    return done
  },
})

const MOST_LETTERS = 400

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > MOST_LETTERS ? `${line.slice(0, MOST_LETTERS)}…` : line
}
