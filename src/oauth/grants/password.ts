import { digest } from '../../base/digest.ts'
import { ulid } from '../../base/id.ts'
import { randomToken } from '../../base/random.ts'
import type { EpochSeconds } from '../../base/time.ts'
import { type Application, isConfidential } from '../../model/application.ts'
import { NO_CLAIMS } from '../../model/claims.ts'
import { ACR_VALUES, type Session } from '../../model/session.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import { isActive } from '../active.ts'
import { checkResources, checkScope, requestedResources } from '../authorize/checks.ts'
import { authorizationFor, grantableScopes } from '../authorize/index.ts'

import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { subjectFor } from '../subject.ts'
import { newFamily } from './family.ts'
import type { Grant } from './grant.ts'

/** RFC 6749 §4.3, which OAuth 2.1 leaves out: for applications on their way to something better. */
export const password: Grant = {
  type: 'password',
  isOpenTo: mayTakePasswords,
  async redeem(params, client, context) {
    const { store, tenant, now, nowMs, random } = context
    const asked = { params, application: client, tenant }
    checkScope(asked)
    checkResources(asked)
    const username = params.required('username')
    const user = await context.provePassword(username, params.required('password'))
    if (user === undefined) throw notRight()
    const session = newSession(user, context)
    const wish = {
      applicationUid: client.uid,
      scopes: grantableScopes(params, client),
      resources: requestedResources(params, tenant),
      claims: NO_CLAIMS,
      nonce: null,
    }
    const authorization = authorizationFor(wish, session, context)
    return {
      owner: { user, authorization, subject: await subjectFor(user, client, context) },
      scopes: authorization.scopes,
      resources: authorization.resources,
      nonce: undefined,
      family: newFamily(client, authorization.isOffline),
      async settle(bought, response) {
        // In a browser that nobody has, so that it is listed and ended like any other session.
        const browser = { digest: digest(randomToken(random)), browserUid: ulid(nowMs, random) }
        const { passwordHash } = user
        const entry = { previousDigest: undefined, session, ...browser, passwordHash }
        if ((await store.sessions.signIn(entry, now)) === undefined) throw notRight()
        await store.sessions.sid(session.uid, client.uid, authorization.sid)
        await store.authorizations.settle(authorization, bought)
        return response
      },
    }
  },
}

function mayTakePasswords(client: Application, now: EpochSeconds): boolean {
  return (
    isConfidential(client) && client.passwordGrant !== undefined && client.passwordGrant.until > now
  )
}

/** Whether some application of the tenant may still send passwords. */
export const takesPasswords = ({ applications }: Tenant, now: EpochSeconds): boolean =>
  [...applications.values()].some(
    (application) =>
      isActive(application) &&
      application.grants.has('password') &&
      mayTakePasswords(application, now),
  )

const newSession = (user: User, { tenant, now, nowMs, random }: Context): Session => ({
  uid: ulid(nowMs, random),
  userUid: user.uid,
  authTime: now,
  acr: ACR_VALUES[0],
  amr: ['pwd'], // RFC 8176 §2
  idleExpiresAt: now + Math.min(tenant.session.idle, tenant.session.absolute),
  expiresAt: now + tenant.session.absolute,
})

const notRight = (): OAuthError =>
  new OAuthError('invalid_grant', 'username or password is not right')
