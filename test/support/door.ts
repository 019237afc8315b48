import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAccount } from '../../src/accounts/index.ts'
import type { Log } from '../../src/base/log.ts'
import type { Outbound } from '../../src/base/outbound.ts'
import { openPasswords, type Passwords } from '../../src/base/password.ts'
import { systemClock } from '../../src/base/system.ts'
import { type Clock, type EpochSeconds, toSeconds } from '../../src/base/time.ts'
import { type AppOptions, createApp, type ServedState } from '../../src/http/app.ts'
import type { Proxies } from '../../src/http/proxies.ts'
import type { Application } from '../../src/model/application.ts'
import type { ClaimMapping } from '../../src/model/claims.ts'
import type { StoredKey } from '../../src/model/key.ts'
import type { RateLimits } from '../../src/model/rate-limits.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Tenant } from '../../src/model/tenant.ts'
import { ensureKeys } from '../../src/oauth/keys/ensure.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import {
  aDeviceApplication,
  anApplication,
  anAsking,
  aPublicApplication,
  aTenant,
  masterKey,
  silent,
} from './builders.ts'
import { dealKeys } from './dealt-keys.ts'
import { noExceptions, noOutbound } from './outbound.ts'
import { REQUEST_KEYS } from './request-keys.ts'
import { type Engine, stores, testRandom } from './stores.ts'

export const PASSWORD = 'wonderland'
/** No door's clock gets there by itself. */
export const PASSWORDS_UNTIL = 4_000_000_000

/** What some applications declare. */
export const TIER: ClaimMapping = {
  name: 'https://acme.example/tier',
  places: new Set(['access_token', 'id_token', 'userinfo']),
  scope: undefined,
  source: { from: 'value', value: 'gold' },
  matching: undefined,
}

const applicationsAt = (home: string): readonly Application[] => {
  const redirectUris = [`${home}/callback`, `${home}/callback?kept=a%20b`]
  const { refreshToken } = anApplication()
  const pairwise: Partial<Application> = {
    redirectUris,
    postLogoutRedirectUris: [`${home}/bye`],
    consent: 'skip',
  }
  const told: Partial<Application> = { sector: 'pair.example', claims: [TIER] }
  const native = ['http://127.0.0.1/callback', 'http://[::1]/callback', 'com.example.app:/callback']
  const jwks = REQUEST_KEYS.map(({ jwk }) => jwk)
  return [
    anApplication({ redirectUris, postLogoutRedirectUris: [`${home}/bye`, `${home}/bye?a=b`] }),
    anApplication({
      clientId: 'own',
      displayName: 'Own',
      redirectUris,
      consent: 'skip',
      initiateLoginUri: 'https://own.example/login?from=a',
    }),
    anApplication({
      clientId: 'always',
      redirectUris,
      consent: 'skip',
      refreshToken: { ...refreshToken, issue: 'always' },
    }),
    anApplication({ clientId: 'old', redirectUris, consent: 'skip', pkce: 'optional' }),
    anApplication({
      clientId: 'poster',
      redirectUris,
      consent: 'skip',
      pkce: 'optional',
      authMethod: 'client_secret_post',
    }),
    anApplication({
      clientId: 'framed',
      redirectUris,
      consent: 'skip',
      postLogoutRedirectUris: [`${home}/bye`],
      frontchannelLogout: { uri: `${home}/frame?kept=a`, isSessionRequired: true },
    }),
    anApplication({
      clientId: 'framed-elsewhere',
      redirectUris,
      consent: 'skip',
      frontchannelLogout: { uri: 'https://frames.example/out', isSessionRequired: false },
    }),
    anApplication({ clientId: 'signs', redirectUris, consent: 'skip', jwks }),
    anApplication({
      clientId: 'signs-only',
      redirectUris,
      consent: 'skip',
      jwks,
      requestObject: { algorithm: 'ES256', isRequired: true },
    }),
    anApplication({ clientId: 'pushes', redirectUris, consent: 'skip', par: 'required' }),
    anApplication({ ...pairwise, clientId: 'pair', sector: 'pair.example' }),
    anApplication({ ...pairwise, clientId: 'twin', sector: 'pair.example' }),
    anApplication({ ...pairwise, clientId: 'alien', sector: 'alien.example' }),
    anApplication({
      clientId: 'off',
      redirectUris,
      isDisabled: true,
      corsOrigins: ['https://off.example'],
    }),
    anApplication({
      clientId: 'legacy',
      redirectUris,
      grants: new Set(['password', 'refresh_token']),
      passwordGrant: { until: PASSWORDS_UNTIL },
    }),
    anApplication({ clientId: 'batch', redirectUris, grants: new Set(['client_credentials']) }),
    anAsking({ clientId: 'bank', displayName: 'Bank', redirectUris }),
    anApplication({ clientId: 'small', redirectUris, scopes: new Set(['openid', 'orders:read']) }),
    aPublicApplication({
      redirectUris: ['https://spa.example/callback', 'com.example.spa:/callback'],
    }),
    aPublicApplication({
      clientId: 'cli',
      type: 'native',
      redirectUris: native,
      corsOrigins: ['https://cli.example'],
    }),
    aDeviceApplication(),
    aDeviceApplication({ clientId: 'remote', device: { lifetime: 600, interval: 1 } }),
    aDeviceApplication({ clientId: 'radio', scopes: new Set(['openid']) }),
    aDeviceApplication({ clientId: 'screen', ...told }),
    anAsking({ clientId: 'broker', redirectUris, ...told }),
    aDeviceApplication({
      clientId: 'station',
      authMethod: 'client_secret_basic',
      secrets: anApplication().secrets,
    }),
    aPublicApplication({ clientId: 'local', redirectUris: ['http://127.0.0.1/callback'] }),
  ]
}

async function listening(server: Server, scheme = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

export type Door = Awaited<ReturnType<typeof openDoor>>

export interface DoorOptions {
  readonly log?: Log
  readonly engine?: Engine
  readonly clock?: Clock
  readonly proxies?: Proxies
  /** None unless given: most tests ask more than people do. */
  readonly rateLimits?: RateLimits
  readonly outbound?: Outbound
  readonly tls?: AppOptions['tls']
  readonly certificates?: AppOptions['certificates']
  /** More of them, in acme and in hosted. */
  readonly applications?: readonly Application[]
  /** Of acme. */
  readonly par?: Tenant['par']
  readonly encryption?: Tenant['keyPolicy']['encryption']
  /** More of them, in acme. */
  readonly keys?: readonly StoredKey[]
  /** Stands between the server and its passwords, to see what is verified. */
  readonly watch?: (passwords: Passwords) => Passwords
}

/** Stands still until it is told to go on. */
export function movableClock(start = systemClock.milliseconds()) {
  let at = start
  return {
    milliseconds: () => at,
    forward: (seconds: number) => {
      at += seconds * 1000
    },
  }
}

/** A whole server with tenants `acme` and `other`, and alice and bob in `acme`. */
export async function openDoor(options: DoorOptions = {}) {
  const { log = silent, engine = stores[0], clock = systemClock, watch = same } = options
  const { tls, proxies, outbound = noOutbound } = options
  if (engine === undefined) throw new Error('no engine')
  const database = await engine.ready()
  const store = await openStore(database.url, { schema: 'migrate', random: testRandom })
  const passwords = watch(openPasswords())
  const application = createServer((_, response) => response.end('application'))
  const home = await listening(application)
  let state: ServedState = { snapshot: snapshotOf(home, home), ringFor: noRing }
  const { main: server, mutual } = createApp({
    state: () => state,
    store,
    passwords,
    clock,
    random: testRandom,
    log,
    outbound,
    ...(tls && { tls }),
    ...(proxies && { proxies }),
    ...(options.certificates && { certificates: options.certificates }),
  })
  const mutualPort = options.certificates?.listener?.port
  if (mutual !== undefined)
    await new Promise<void>((resolve) => mutual.listen(mutualPort, '127.0.0.1', resolve))
  const origin = await listening(server, tls && 'https')
  const snapshot = snapshotOf(origin, home, options)
  for (const key of options.keys ?? []) await store.tenant('uid-acme').keys.insert(key, BY)
  const rings = await ringsOf(snapshot, store, toSeconds(clock.milliseconds()))
  state = { snapshot, ringFor: (uid) => rings.get(uid) ?? noRing() }
  const acme = snapshot.byName.get('acme')
  if (acme === undefined) throw new Error('no tenant')
  const accounts = {
    store: store.tenant(acme.uid),
    passwords,
    policy: acme.signIn,
    random: testRandom,
    nowMs: clock.milliseconds(),
  }
  for (const username of ['alice', 'bob'])
    await createAccount(
      { username, email: `${username}@acme.example`, password: PASSWORD },
      accounts,
    )
  const close = async (): Promise<void> => {
    await Promise.all([server, application, ...(mutual ? [mutual] : [])].map(stopped))
    await Promise.all([passwords.close(), store.close()])
    await database.remove()
  }
  return { origin, home, issuer: acme.issuer, databaseUrl: database.url, accounts, close }
}

const BY = { tenantName: 'acme', actor: 'test', reason: 'a test', at: 0 }

const same = <T>(value: T): T => value

async function ringsOf({ tenants }: Snapshot, store: Store, now: EpochSeconds) {
  const made = tenants.map(async (tenant) => {
    const keys = store.tenant(tenant.uid).keys
    const making = { tenant, masterKey: masterKey(), random: testRandom, now }
    if ((await keys.list()).length === 0) await dealKeys(keys, making, BY)
    await ensureKeys(keys, { ...making, ...BY })
    return [tenant.uid, keyRing(await keys.list(), tenant.uid, masterKey())] as const
  })
  return new Map(await Promise.all(made))
}

const noRing = (): never => {
  throw new Error('no keys')
}

function snapshotOf(
  publicUrl: string,
  home: string,
  { rateLimits, applications = [], par = 'optional', encryption = [] }: DoorOptions = {},
): Snapshot {
  const branding = { color: '#0b6e4f' }
  const ciba = { log: 'link', webhook: undefined, hasTestHook: true } as const
  const keyPolicy = { ...aTenant().keyPolicy, encryption }
  const acme = aTenant({ issuer: `${publicUrl}/acme`, branding, ciba, par, keyPolicy }, [
    ...applicationsAt(home),
    ...applications,
  ])
  const elsewhere = { uid: 'uid-other', name: 'other', path: '/other' }
  const other = aTenant({ ...elsewhere, issuer: `${publicUrl}/other` }, applicationsAt(home))
  const hosted: Tenant = aTenant(
    {
      uid: 'uid-hosted',
      name: 'hosted',
      path: '',
      hosts: ['login.hosted.example', 'old.hosted.example'],
      issuer: 'https://login.hosted.example',
    },
    applications.length > 0 ? applications : undefined,
  )
  const tenants = [acme, other, hosted]
  return {
    revision: 1,
    environment: { name: 'test', kind: 'dev', outbound: noExceptions },
    publicUrl,
    rateLimits,
    tenants,
    byName: new Map(tenants.map((tenant) => [tenant.name, tenant])),
    byHost: new Map(hosted.hosts.map((host) => [host, hosted])),
    root: undefined,
  }
}
