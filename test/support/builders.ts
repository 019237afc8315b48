import { digest } from '../../src/base/digest.ts'
import type { Log } from '../../src/base/log.ts'
import type { Random } from '../../src/base/random.ts'
import { type SealingKey, sealingKey } from '../../src/base/seal.ts'
import { type Application, CIBA_GRANT, DEVICE_CODE } from '../../src/model/application.ts'
import type { CibaPolicy } from '../../src/model/ciba.ts'
import { type Resource, type ScopeDefinition, STANDARD_SCOPES } from '../../src/model/resource.ts'
import type { Session } from '../../src/model/session.ts'
import type { Tenant } from '../../src/model/tenant.ts'
import type { User } from '../../src/model/user.ts'

export const NOW = 1_800_000_000

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** Bytes that count, so that two are never the same and every run is alike. */
export function countingRandom(): Random {
  let count = 0
  return {
    bytes(length) {
      count += 1
      const bytes = Buffer.alloc(length)
      if (length >= 4) bytes.writeUInt32BE(count, length - 4)
      return bytes
    },
  }
}

export function masterKey(seed = 1): SealingKey {
  const key = sealingKey(Buffer.alloc(32, seed).toString('base64'))
  if (key === undefined) throw new Error('not a key')
  return key
}

/** A confidential web application that may do everything. */
export const anApplication = (change: Partial<Application> = {}): Application => ({
  uid: `uid-${change.clientId ?? 'web'}`,
  name: change.clientId ?? 'web',
  clientId: 'web',
  displayName: 'Web',
  type: 'web',
  isDisabled: false,
  redirectUris: ['https://web.example/callback'],
  postLogoutRedirectUris: [],
  initiateLoginUri: undefined,
  corsOrigins: [],
  onwardOrigins: [],
  backchannelLogout: undefined,
  frontchannelLogout: undefined,
  grants: new Set(['authorization_code', 'refresh_token', 'client_credentials']),
  scopes: new Set([...Object.keys(STANDARD_SCOPES), 'orders:read', 'orders:write', 'bills:read']),
  pkce: 'required',
  par: 'optional',
  requestObject: { algorithm: undefined, isRequired: false },
  consent: 'required',
  authMethod: 'client_secret_basic',
  secrets: [{ id: 'main', digest: digest('web-secret'), expiresAt: undefined }],
  sector: undefined,
  claims: [],
  sealedSecrets: [],
  assertionAudience: 'issuer',
  jwks: [],
  jwksUri: undefined,
  userinfo: { signed: undefined, encrypted: undefined },
  introspection: { signed: undefined, encrypted: undefined },
  code: { lifetime: 60 },
  accessToken: { lifetime: undefined },
  idToken: { lifetime: 600, algorithm: 'RS256', encrypted: undefined },
  refreshToken: {
    lifetime: 86_400,
    idle: 3_600,
    rotation: 'required',
    grace: 10,
    issue: 'offline_access',
  },
  ciba: undefined,
  device: undefined,
  passwordGrant: undefined,
  ...change,
})

export const aCibaPolicy = (change: Partial<CibaPolicy> = {}): CibaPolicy => ({
  hints: new Set(['login_hint', 'id_token_hint']),
  lifetime: 120,
  interval: 5,
  notificationEndpoint: undefined,
  maxPending: 1000,
  isSignatureRequired: false,
  isUserCodeRequired: false,
  ...change,
})

/** Asks people who are elsewhere. */
export const anAsking = (change: Partial<Application> = {}): Application =>
  anApplication({
    grants: new Set(['authorization_code', 'refresh_token', CIBA_GRANT]),
    ciba: aCibaPolicy(),
    ...change,
  })

/** Proves nothing and keeps nothing secret. */
export const aPublicApplication = (change: Partial<Application> = {}): Application =>
  anApplication({
    clientId: 'spa',
    type: 'spa',
    authMethod: 'none',
    secrets: [],
    redirectUris: ['https://spa.example/callback'],
    grants: new Set(['authorization_code', 'refresh_token']),
    ...change,
  })

/** Something without a browser. */
export const aDeviceApplication = (change: Partial<Application> = {}): Application =>
  aPublicApplication({
    clientId: 'tv',
    displayName: 'Television',
    type: 'device',
    redirectUris: [],
    grants: new Set([DEVICE_CODE, 'refresh_token']),
    device: { lifetime: 600, interval: 5 },
    ...change,
  })

export const aResource = (change: Partial<Resource> = {}): Resource => ({
  uid: 'uid-orders-api',
  name: 'orders-api',
  identifier: 'https://api.acme.example',
  displayName: 'Orders',
  scopes: ['orders:read', 'orders:write'],
  token: { format: 'jwt', algorithm: 'ES256', lifetime: 900 },
  claims: [],
  introspectors: new Set(),
  ...change,
})

export const aBillsResource = (change: Partial<Resource> = {}): Resource =>
  aResource({
    uid: 'uid-bills-api',
    name: 'bills-api',
    identifier: 'https://bills.acme.example/',
    scopes: ['bills:read'],
    token: { format: 'opaque', algorithm: 'ES256', lifetime: 300 },
    ...change,
  })

export function aTenant(
  change: Partial<Tenant> = {},
  applications: readonly Application[] = [anApplication(), aPublicApplication()],
  resources: readonly Resource[] = [aResource(), aBillsResource()],
): Tenant {
  return {
    uid: 'uid-acme',
    name: 'acme',
    displayName: 'Acme',
    issuer: 'https://id.example/acme',
    path: '/acme',
    hosts: [],
    branding: { color: '#334455' },
    applications: new Map(applications.map((application) => [application.clientId, application])),
    applicationsByUid: new Map(applications.map((application) => [application.uid, application])),
    resources: new Map(resources.map((resource) => [resource.identifier, resource])),
    scopes: new Map(
      [...standardScopes, ...scopesOf(resources)].map((scope) => [scope.name, scope]),
    ),
    roles: new Map(),
    claims: [],
    par: 'optional',
    keyPolicy: {
      algorithms: ['ES256', 'RS256'],
      encryption: [],
      rotateEvery: 0,
      publishAhead: 3_600,
      keepAfter: 600,
      rsaBits: 2048,
    },
    session: { idle: 3_600, absolute: 86_400 },
    signIn: { maxFailures: 5, lockout: 900, passwordHash: 'argon2id' },
    ciba: { log: 'nothing', webhook: undefined, hasTestHook: false },
    takesJson: false,
    ...change,
  }
}

export const aUser = (change: Partial<User> = {}): User => ({
  uid: 'uid-alice',
  sub: 'sub-alice',
  username: 'alice',
  email: 'alice@acme.example',
  emailVerified: true,
  claims: { name: 'Alice Adams', nickname: '', phone_number: null, updated_at: 'yesterday' },
  roles: ['admin'],
  groups: [],
  passwordHash: undefined,
  cibaUserCodeHash: undefined,
  createdAt: NOW - 1_000,
  updatedAt: NOW - 500,
  disabledAt: undefined,
  ...change,
})

export const aSession = (change: Partial<Session> = {}): Session => ({
  uid: 'session-1',
  userUid: 'uid-alice',
  authTime: NOW - 100,
  acr: '1',
  amr: ['pwd'],
  idleExpiresAt: NOW + 1000,
  expiresAt: NOW + 1000,
  ...change,
})

const standardScopes: readonly ScopeDefinition[] = Object.entries(STANDARD_SCOPES).map(
  ([name, claims]) => scope(name, undefined, claims),
)

const scopesOf = (resources: readonly Resource[]): readonly ScopeDefinition[] =>
  resources.flatMap(({ identifier, scopes }) => scopes.map((name) => scope(name, identifier, [])))

function scope(
  name: string,
  resource: string | undefined,
  claims: readonly string[],
): ScopeDefinition {
  return { name, displayName: name, description: undefined, resource, claims }
}
