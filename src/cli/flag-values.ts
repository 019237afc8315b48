import type { Seconds } from '../base/time.ts'
import { seconds } from '../config/duration.ts'
import { EXIT, Failure } from './exit.ts'

/** How many of something a command shows. */
export function limitOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new Failure(EXIT.usage, `--limit takes a number, not "${text}"`, 'write for instance 100')
}

/** A length of time as the documents write them. */
export function lengthOf(flag: string, text: string): Seconds {
  if (/^(0|[1-9]\d{0,5})[smhdw]$/.test(text)) return seconds(text)
  throw new Failure(
    EXIT.usage,
    `${flag} takes a length of time, not "${text}"`,
    'write for instance 24h or 7d',
  )
}
