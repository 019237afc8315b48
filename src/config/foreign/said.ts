import { durationText } from '../duration.ts'
import type { Foreign } from './ledger.ts'

const MAX_TEXT = 2048

/** A text as documents can hold it. */
export function textOf(from: Foreign): string | undefined {
  const text = from.text()
  if (text === undefined) return undefined
  if (text.length <= MAX_TEXT && !text.includes('\0') && text.isWellFormed()) return text
  from.tell(
    'a text that is too long or holds what cannot be stored',
    'shorten it, and write it by hand',
  )
  return undefined
}

/** The texts of a list. What is no text stays behind, and is told of at the end. */
export const textsOf = (
  from: Foreign,
): readonly { readonly text: string; readonly from: Foreign }[] =>
  from.items().flatMap((item) => {
    const text = item.text()
    return text === undefined ? [] : [{ text, from: item }]
  })

const HOUR = 3600
const DAY = 24 * HOUR

/** What a token may live for before it is worth a thought of its own. */
export const MOST = {
  access: DAY,
  id: DAY,
  code: 600,
  refresh: 10 * 366 * DAY,
  idle: 30 * DAY,
  session: 10 * 366 * DAY,
  device: DAY,
}

/** A length of time, where it can be one here. Parts of a second are rounded up. */
export function lifetimeOf(
  from: Foreign,
  length: number | undefined,
  most: number,
): string | undefined {
  if (length === undefined) return undefined
  const whole = Math.ceil(length)
  if (whole > 0 && whole <= most) return durationText(whole)
  from.tell(
    whole <= 0 ? 'no length of time' : `${durationText(whole)}, longer than ${durationText(most)}`,
    'the default is kept; choose one that fits',
  )
  return undefined
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: HOUR,
  d: DAY,
}

/** `1h30m` as Go writes it, in seconds. */
function goSeconds(text: string): number | undefined {
  if (!/^(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(text)) return undefined
  return [...text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
}

export function goLifetimeOf(from: Foreign, most: number): string | undefined {
  const text = from.text()
  const length = text === undefined ? undefined : goSeconds(text)
  if (text !== undefined && length === undefined)
    from.tell('not a length of time', 'the default is kept; write one such as 15m')
  return lifetimeOf(from, length, most)
}
