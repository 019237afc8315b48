import type { AuthorizationRecord } from '../../store/port.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import type { Owner } from './grant.ts'

/** The person behind an authorization, as long as both are in force. */
export async function ownerOf(
  { isLive, sessionExpiresAt = Infinity, ...authorization }: AuthorizationRecord,
  { store, now }: Context,
): Promise<Owner | undefined> {
  if (!isLive || sessionExpiresAt <= now) return undefined
  const user = await store.users.find(authorization.userUid)
  return isActive(user) ? { user, authorization } : undefined
}
