import type { Seconds } from '../base/time.ts'

/** How documents write one. */
export const DURATION = '^(0|[1-9][0-9]{0,5})[smhdw]$'

const UNITS: Readonly<Record<string, Seconds>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `15m` → 900. The schema has checked the form. */
export const seconds = (text: string): Seconds =>
  Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? Number.NaN)

/** 900 → `15m`: the largest unit that says it exactly. Weeks only where days are too many to be written. */
export function durationText(length: Seconds): string {
  const unit = ['d', 'h', 'm', 's', 'w'].find((each) => isWritable(length / (UNITS[each] ?? 1)))
  return length === 0 || unit === undefined ? `${length}s` : `${length / (UNITS[unit] ?? 1)}${unit}`
}

const isWritable = (count: number): boolean => Number.isInteger(count) && count <= 999_999
