import type { EpochSeconds } from '../base/time.ts'
import type { StoredSecret } from '../store/config-port.ts'

/** The earlier of what the documents say and what a rotation decided. */
export function endOf({
  expiresAt,
  endsAt,
}: Pick<StoredSecret, 'expiresAt' | 'endsAt'>): EpochSeconds | undefined {
  if (expiresAt === undefined || endsAt === undefined) return expiresAt ?? endsAt
  return Math.min(expiresAt, endsAt)
}
