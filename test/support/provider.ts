import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Outbound } from '../../src/base/outbound.ts'
import type { Passwords } from '../../src/base/password.ts'
import { systemRandom } from '../../src/base/system.ts'
import type { EpochSeconds } from '../../src/base/time.ts'
import { createApp } from '../../src/http/app.ts'
import type { Application } from '../../src/model/application.ts'
import type { StoredKey } from '../../src/model/key.ts'
import type { Resource } from '../../src/model/resource.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Tenant } from '../../src/model/tenant.ts'
import { authorizationFor, codeFor, identify, validate } from '../../src/oauth/authorize/index.ts'
import { type KeyRing, keyRing } from '../../src/oauth/keys/ring.ts'
import { Params } from '../../src/oauth/params.ts'
import { verifiedTokens } from '../../src/oauth/tokens/verified.ts'
import type { Store, TenantStore } from '../../src/store/port.ts'
import { aTenant, aUser, masterKey, NOW, silent } from './builders.ts'
import { dealKey } from './dealt-keys.ts'
import { noExceptions, noOutbound } from './outbound.ts'
import { aStoredSession } from './rows.ts'

// RFC 7636 appendix B.
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export type Form = Readonly<Record<string, string>>

/** One tenant as a client sees it. The only place that knows how a request gets to an endpoint. */
export interface Provider {
  readonly tenant: Tenant
  readonly store: TenantStore
  post(path: string, form: Form | string, headers?: Form): Promise<Response>
  get(path: string, headers?: Form): Promise<Response>
  /** A code for alice, as she would get it by signing in and approving. */
  code(change?: Form): Promise<string>
  /** The same provider, with these settings, at this time. */
  with(change: Changes): Provider
}

export interface Changes {
  readonly now?: EpochSeconds
  readonly applications?: readonly Application[]
  readonly resources?: readonly Resource[]
  readonly outbound?: Outbound
  readonly tenant?: Partial<Pick<Tenant, 'ciba' | 'claims' | 'roles' | 'takesJson'>>
}

export const basic = (clientId = 'web', secret = 'web-secret'): Form => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
})

export const bearer = (token: string): Form => ({ authorization: `Bearer ${token}` })

/** What may be asked for a code of `provider.code()`. */
export const codeForm = (code: string, change: Form = {}): Form => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: 'https://web.example/callback',
  code_verifier: VERIFIER,
  ...change,
})

let count = 0

/** A tenant of its own in this store, with alice in it. */
export async function aProvider(
  store: Store,
  change: Changes = {},
  alice = aUser(),
): Promise<Provider> {
  count += 1
  const name = `t${count}`
  const path = `/${name}`
  const tenant = { uid: `uid-${name}`, name, path, issuer: `https://id.example${path}` }
  await store.tenant(tenant.uid).users.create(alice)
  const keys = keyRing(await someKeys(tenant), tenant.uid, masterKey())
  return providerOf({ tenant, database: store, keys }, change)
}

interface World {
  readonly tenant: Pick<Tenant, 'uid' | 'name' | 'path' | 'issuer'>
  readonly database: Store
  readonly keys: KeyRing
}

function providerOf(world: World, change: Changes): Provider {
  const { keys } = world
  const store = world.database.tenant(world.tenant.uid)
  const { now = NOW, outbound = noOutbound } = change
  const tenant = aTenant(
    { ...change.tenant, ...world.tenant },
    change.applications,
    change.resources,
  )
  const context = {
    tenant,
    store,
    keys,
    verified: verifiedTokens(),
    random: systemRandom,
    now,
    nowMs: now * 1000,
    log: silent,
    outbound,
    provePassword: async () => undefined,
    proveUserCode: async () => false,
  }

  const address = lazily(() => listen({ ...world, outbound }, tenant, now))
  const send = async (path: string, init: RequestInit) => fetch(`${await address()}${path}`, init)

  return {
    tenant,
    store,
    post: (path, form, headers = {}) =>
      send(path, {
        method: 'POST',
        body: textOf(form),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    get: (path, headers = {}) => send(path, { headers }),
    with: (further) => providerOf(world, { ...change, ...further }),
    async code(asked = {}) {
      const params = Params.parse(textOf({ ...AUTHORIZATION_REQUEST, ...asked }))
      const identified = identify(params, context)
      const request = await validate(params, identified, context)
      const session = await signIn(store, now)
      const { code, row } = codeFor(request, identified.application, context)
      const authorization = authorizationFor(request, session, context)
      await store.authorizations.create({ ...authorization, sid: 'sid-1' }, row)
      return code
    },
  }
}

const AUTHORIZATION_REQUEST = {
  response_type: 'code',
  client_id: 'web',
  redirect_uri: 'https://web.example/callback',
  scope: 'openid email offline_access orders:read',
  nonce: 'n-1',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

const signIn = (store: TenantStore, now: EpochSeconds) => {
  const lasting = { authTime: now, idleExpiresAt: now + 86_400, expiresAt: now + 86_400 }
  return aStoredSession(store, aUser().uid, lasting)
}

const textOf = (form: Form | string): string =>
  typeof form === 'string' ? form : new URLSearchParams(form).toString()

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** A server with this one tenant and a clock that stands; it ends with the process. */
async function listen(
  { database, keys, outbound }: World & { readonly outbound: Outbound },
  tenant: Tenant,
  now: EpochSeconds,
) {
  const snapshot: Snapshot = {
    revision: 1,
    environment: { name: 'test', kind: 'dev', outbound: noExceptions },
    publicUrl: 'https://id.example',
    tenants: [tenant],
    byName: new Map([[tenant.name, tenant]]),
    byHost: new Map(),
    root: undefined,
  }
  const { main: server } = createApp({
    state: () => ({ snapshot, ringFor: () => keys }),
    store: database,
    clock: { milliseconds: () => now * 1000 },
    random: systemRandom,
    log: silent,
    outbound,
    passwords: unusedPasswords,
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}${tenant.path}`
}

/** Nobody types a password here: that is for test/browser. */
const unusedPasswords: Passwords = {
  hash: async () => '',
  verify: async () => false,
  close: async () => undefined,
}

const someKeys = (tenant: Pick<Tenant, 'uid'>): Promise<readonly StoredKey[]> =>
  Promise.all(
    (['ES256', 'RS256'] as const).map((algorithm) =>
      dealKey(algorithm, 'active', {
        tenant: aTenant(tenant),
        masterKey: masterKey(),
        random: systemRandom,
        now: NOW,
      }),
    ),
  )
