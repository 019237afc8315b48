import { ulid } from '../../src/base/id.ts'
import type { Authorization } from '../../src/model/authorization.ts'
import { NO_CLAIMS } from '../../src/model/claims.ts'
import type { StoredKey } from '../../src/model/key.ts'
import type { Session } from '../../src/model/session.ts'
import type { User } from '../../src/model/user.ts'
import type {
  Interaction,
  KeyActor,
  NewAccessToken,
  NewApiToken,
  NewBackchannelRequest,
  NewCode,
  NewDelivery,
  NewDevice,
  NewPushedRequest,
  NewRefreshToken,
  SignIn,
  TenantStore,
} from '../../src/store/port.ts'
import { testRandom } from './stores.ts'

export const NOW = 1_800_000_000

export const anId = (): string => ulid(NOW * 1000, testRandom)
const aKey = (): Buffer => testRandom.bytes(38)

export function aUser(change: Partial<User> = {}): User {
  const uid = anId()
  return {
    uid,
    sub: `sub-${uid}`,
    username: `user-${uid}`,
    email: undefined,
    emailVerified: false,
    claims: {},
    roles: [],
    groups: [],
    passwordHash: 'hash',
    cibaUserCodeHash: undefined,
    createdAt: NOW,
    updatedAt: NOW,
    disabledAt: undefined,
    ...change,
  }
}

export const aSession = (userUid: string, change: Partial<Session> = {}): Session => ({
  uid: anId(),
  userUid,
  authTime: NOW,
  acr: '1',
  amr: ['pwd'],
  idleExpiresAt: NOW + 600,
  expiresAt: NOW + 6000,
  ...change,
})

export const aSignIn = (session: Session, change: Partial<SignIn> = {}): SignIn => ({
  previousDigest: undefined,
  digest: anId(),
  browserUid: anId(),
  session,
  ...change,
})

/** Of somebody who is stored. */
export async function aStoredSession(
  { sessions }: Pick<TenantStore, 'sessions'>,
  userUid: string,
  change: Partial<Session> = {},
  entry: Partial<SignIn> = {},
): Promise<Session> {
  const session = await sessions.signIn(aSignIn(aSession(userUid, change), entry), NOW)
  if (session === undefined) throw new Error(`${userUid} cannot be signed in`)
  return session
}

export const anAuthorization = (
  session: Session,
  change: Partial<Authorization> = {},
): Authorization => ({
  uid: anId(),
  applicationUid: 'application',
  userUid: session.userUid,
  sessionUid: session.uid,
  sid: anId(),
  scopes: ['openid'],
  resources: [],
  claims: NO_CLAIMS,
  authTime: NOW,
  acr: '1',
  amr: ['pwd'],
  nonce: undefined,
  isOffline: false,
  createdAt: NOW,
  ...change,
})

export const aCode = (): NewCode => ({
  key: aKey(),
  redirectUri: 'https://app.example/callback',
  codeChallenge: 'challenge',
  expiresAt: NOW + 60,
})

export const anAccessToken = (authorization?: Authorization): NewAccessToken => ({
  key: aKey(),
  authorizationUid: authorization?.uid,
  applicationUid: 'application',
  userUid: authorization?.userUid,
  subject: 'subject',
  scope: 'openid',
  audience: 'https://issuer.example',
  format: 'opaque',
  issuedAt: NOW,
  expiresAt: NOW + 600,
})

export const anApiToken = (change: Partial<NewApiToken> = {}): NewApiToken => ({
  id: anId(),
  name: 'nightly',
  access: { ...anAccessToken(), format: 'api-token' },
  ...change,
})

export const aRefreshToken = (authorization: Authorization): NewRefreshToken => ({
  key: aKey(),
  authorizationUid: authorization.uid,
  applicationUid: 'application',
  issuedAt: NOW,
  expiresAt: NOW + 60_000,
  idleExpiresAt: NOW + 6000,
})

export const aBackchannelRequest = (
  userUid: string,
  change: Partial<NewBackchannelRequest> = {},
): NewBackchannelRequest => ({
  key: aKey(),
  uid: anId(),
  applicationUid: 'application',
  userUid,
  scopes: ['openid'],
  resources: [],
  bindingMessage: 'W4SCT',
  createdAt: NOW,
  expiresAt: NOW + 300,
  interval: 5,
  sealedPing: undefined,
  ...change,
})

export const anInteraction = (change: Partial<Interaction> = {}): Interaction => ({
  digest: anId(),
  applicationUid: 'application',
  browserDigest: 'browser',
  request: { scope: 'openid' },
  createdAt: NOW,
  expiresAt: NOW + 600,
  authenticatedSessionUid: undefined,
  chosenSessionUid: undefined,
  pushedKey: undefined,
  completedAt: undefined,
  ...change,
})

export const aPushedRequest = (change: Partial<NewPushedRequest> = {}): NewPushedRequest => ({
  key: aKey(),
  applicationUid: 'application',
  params: 'client_id=web&scope=openid',
  isSigned: false,
  createdAt: NOW,
  expiresAt: NOW + 60,
  ...change,
})

export const aDevice = (change: Partial<NewDevice> = {}): NewDevice => ({
  key: aKey(),
  userCode: anId(),
  applicationUid: 'application',
  scopes: ['openid'],
  resources: [],
  clientAddress: '192.0.2.7',
  userAgent: 'tv/1',
  createdAt: NOW,
  expiresAt: NOW + 600,
  interval: 5,
  ...change,
})

/** Who changes keys in tests. */
export const aKeyActor = (change: Partial<KeyActor> = {}): KeyActor => ({
  tenantName: 'acme',
  actor: 'test',
  reason: 'a test',
  at: NOW,
  ...change,
})

export const aSigningKey = (change: Partial<StoredKey> = {}): StoredKey => ({
  kid: anId(),
  algorithm: 'ES256',
  ordinal: 1,
  use: 'sig',
  state: 'active',
  publicJwk: { kty: 'EC' },
  sealedPrivate: 'sealed',
  createdAt: NOW,
  activateAt: undefined,
  activatedAt: undefined,
  retiredAt: undefined,
  verifyUntil: NOW,
  ...change,
})

export const aDelivery = (change: Partial<NewDelivery> = {}): NewDelivery => ({
  id: anId(),
  kind: 'greeting',
  applicationUid: 'application',
  payload: { words: 'hello' },
  ...change,
})

export const times = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make))
