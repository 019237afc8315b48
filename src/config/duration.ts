import type { Seconds } from '../base/time.ts'

/** How documents write one. */
export const DURATION = '^(0|[1-9][0-9]{0,5})[smhdw]$'

const UNITS: Readonly<Record<string, Seconds>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `15m` → 900. The schema has checked the form. */
export const seconds = (text: string): Seconds =>
  Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? Number.NaN)
