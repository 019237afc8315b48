import type { AuthorizationRecord } from '../../store/port.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import { subjectFor } from '../subject.ts'
import type { Owner } from './grant.ts'

/** The person behind an authorization, as long as it, they and the application are in force. */
export async function ownerOf(
  { user, isLive, sessionExpiresAt = Infinity, ...authorization }: AuthorizationRecord,
  context: Context,
): Promise<Owner | undefined> {
  if (!isLive || sessionExpiresAt <= context.now) return undefined
  const application = context.tenant.applicationsByUid.get(authorization.applicationUid)
  if (application === undefined || !isActive(user)) return undefined
  return { user, authorization, subject: await subjectFor(user, application, context) }
}
