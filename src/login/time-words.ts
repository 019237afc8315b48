import type { Seconds } from '../base/time.ts'

/** For instance `2 minutes ago`. */
export const ago = (seconds: Seconds): string =>
  seconds < 60 ? 'less than a minute ago' : `${minutes(seconds - (seconds % 60))} ago`

/** For instance `2 minutes`; a minute begun counts. */
export function minutes(seconds: Seconds): string {
  const count = Math.ceil(seconds / 60)
  return count === 1 ? '1 minute' : `${count} minutes`
}
