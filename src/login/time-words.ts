import type { Seconds } from '../base/time.ts'

const HOUR: Seconds = 3600
const DAY: Seconds = 24 * HOUR

/** For instance `2 minutes ago`. */
export function ago(seconds: Seconds): string {
  if (seconds < 60) return 'less than a minute ago'
  if (seconds < 2 * HOUR) return `${minutes(seconds - (seconds % 60))} ago`
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} hours ago`
  return `${Math.floor(seconds / DAY)} days ago`
}

/** For instance `2 minutes`; a minute begun counts. */
export function minutes(seconds: Seconds): string {
  const count = Math.ceil(seconds / 60)
  return count === 1 ? '1 minute' : `${count} minutes`
}
