/**
 * Requests that nobody made: the same checks in the same order as of a real one, and what its tokens would
 * say. Needs no store, no key and no proof of who asks; a refusal is thrown, as there.
 */
import type { EpochSeconds } from '../base/time.ts'
import type { Application } from '../model/application.ts'
import type { Tenant } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import { isActive } from './active.ts'
import { checkPresentation, identify, unhinted } from './authorize/index.ts'
import type { Client } from './client-auth/index.ts'
import { OAuthError } from './errors.ts'
import { ownBehalf } from './grants/client-credentials.ts'
import { newFamily } from './grants/family.ts'
import { grantFor } from './grants/index.ts'
import type { Params } from './params.ts'
import { resourcesToChooseFrom } from './resource.ts'
import { ownerFor, type Preview, previewOf } from './tokens/preview.ts'

interface Instant {
  readonly tenant: Tenant
  readonly now: EpochSeconds
}

/** How an authorization request came, and who allowed all of it. */
interface Coming extends Instant {
  readonly isPushed: boolean
  readonly isSigned: boolean
  readonly user: User
}

/** An authorization request, and the tokens for its code. */
export function rehearseAuthorization(
  params: Params,
  { isPushed, isSigned, user, tenant, now }: Coming,
): Preview {
  const identified = identify(params, { tenant })
  const { application } = identified
  const pushedKey = isPushed ? Buffer.alloc(0) : undefined
  checkPresentation({ params, pushedKey, isSigned, refusal: undefined }, application, tenant)
  const request = unhinted(params, identified, { tenant })
  const client = openedGrant('authorization_code', application, { tenant, now })
  const { scopes, claims, nonce } = request
  return previewOf(
    {
      owner: ownerFor(user, { application, scopes, claims, now }),
      scopes,
      resources: resourcesToChooseFrom(params, request.resources, tenant),
      nonce: nonce ?? undefined,
      family: newFamily(client, scopes.includes('offline_access')),
    },
    application,
    { tenant, now },
  )
}

/** A token request of an application on its own behalf (RFC 6749 §4.4). */
export function rehearseClientCredentials(
  params: Params,
  application: Application,
  { tenant, now }: Instant,
): Preview {
  const client = openedGrant('client_credentials', application, { tenant, now })
  return previewOf(ownBehalf(params, client, tenant), application, { tenant, now })
}

/** Throws unless the application may come with this grant. */
export function openedGrant(type: string, application: Application, { now }: Instant): Client {
  if (!isActive(application)) throw new OAuthError('invalid_client', 'client authentication failed')
  const client = application as Client
  grantFor(type, client, now)
  return client
}
