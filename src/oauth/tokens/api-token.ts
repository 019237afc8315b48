import { mintToken, ulid } from '../../base/id.ts'
import { type Seconds, toSeconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import type { Resource } from '../../model/resource.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { AccessTokenRecord, NewApiToken } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { formatScope, parseScope } from '../scope.ts'

/** What a program is to have of an application: some of its scopes at one resource, for long. */
export interface ApiTokenTerms {
  readonly name: string | undefined
  readonly application: Application
  readonly resource: Resource
  readonly scopes: readonly string[]
  readonly lifetime: Seconds
}

/** Opaque whatever the resource says: a JWT could not be taken back for as long as it lasts. */
export function newApiToken(
  { name, application, resource, scopes, lifetime }: ApiTokenTerms,
  { nowMs, random }: Pick<Context, 'nowMs' | 'random'>,
): { readonly token: string; readonly row: NewApiToken } {
  const { token, key } = mintToken(nowMs, random)
  const issuedAt = toSeconds(nowMs)
  const access = {
    key,
    authorizationUid: undefined,
    applicationUid: application.uid,
    userUid: undefined,
    subject: application.clientId,
    scope: formatScope(scopes),
    audience: resource.identifier,
    format: 'api-token',
    issuedAt,
    expiresAt: issuedAt + lifetime,
  } as const
  return { token, row: { id: ulid(nowMs, random), name, access } }
}

/** It outlives many a configuration: what was taken from the application since is no longer in it. */
export function asHeldNow(
  record: AccessTokenRecord,
  application: Application,
  tenant: Tenant,
): AccessTokenRecord | undefined {
  const left = heldAt(record.audience, parseScope(record.scope), { application, tenant })
  return left.length === 0 ? undefined : { ...record, scope: formatScope(left) }
}

/** Those of these scopes that belong to the resource and that the application may have. */
export const heldAt = (
  identifier: string,
  scopes: Iterable<string>,
  { application, tenant }: { readonly application: Application; readonly tenant: Tenant },
): readonly string[] =>
  [...scopes].filter(
    (name) => application.scopes.has(name) && tenant.scopes.get(name)?.resource === identifier,
  )
