import type { Session } from '../../src/model/session.ts'
import type { TenantStore } from '../../src/store/port.ts'
import {
  aBackchannelRequest,
  aCode,
  aDelivery,
  aDevice,
  aKeyActor,
  anAccessToken,
  anApiToken,
  anAuthorization,
  anId,
  anInteraction,
  aPushedRequest,
  aRefreshToken,
  aStoredSession,
  aUser,
  NOW,
} from './rows.ts'

const HOUR = 3600
export const DAY = 24 * HOUR
export const WEEK = 8 * DAY
export const YEAR = 400 * DAY
const LIMITS = { ofApplication: 99, ofPerson: 99, ofApplicationToPerson: 99 }

/** How a row of a table comes to its end, and for how long it is kept after it. */
interface Ending {
  readonly table: string
  readonly when?: string
  readonly kept: number
  /** Stores a row that is over then. */
  readonly ending: (store: TenantStore, at: number) => Promise<unknown>
}

export async function signedIn(store: TenantStore, change: Partial<Session> = {}) {
  const user = aUser()
  await store.users.create(user)
  return aStoredSession(store, user.uid, change)
}

export async function granted(store: TenantStore, code = aCode()) {
  const grant = anAuthorization(await signedIn(store))
  await store.authorizations.create(grant, code)
  return { grant, code }
}

async function asked(store: TenantStore, expiresAt: number) {
  const user = aUser()
  await store.users.create(user)
  const request = aBackchannelRequest(user.uid, { expiresAt })
  await store.backchannelRequests.begin(request, LIMITS)
  return request
}

export const LOCK = { maxFailures: 1, lockout: 0, passwordHash: 'argon2id' } as const

export const ENDINGS: readonly Ending[] = [
  {
    table: 'access_token',
    kept: HOUR,
    ending: ({ accessTokens }, expiresAt) => accessTokens.issue({ ...anAccessToken(), expiresAt }),
  },
  {
    table: 'access_token',
    when: 'of a program',
    kept: YEAR,
    ending: ({ apiTokens }, expiresAt) =>
      apiTokens.create(
        anApiToken({ access: { ...anAccessToken(), format: 'api-token', expiresAt } }),
        aKeyActor(),
      ),
  },
  {
    table: 'access_token',
    when: 'of a program, revoked',
    kept: YEAR,
    async ending({ apiTokens }, at) {
      const access = { ...anAccessToken(), format: 'api-token', expiresAt: at + YEAR } as const
      const token = anApiToken({ access })
      await apiTokens.create(token, aKeyActor())
      await apiTokens.revoke(token.id, aKeyActor({ at }))
    },
  },
  {
    table: 'refresh_token',
    kept: DAY,
    async ending(store, expiresAt) {
      const { grant, code } = await granted(store)
      const refresh = { ...aRefreshToken(grant), expiresAt }
      await store.codes.redeem(code.key, { access: anAccessToken(grant), refresh }, NOW)
    },
  },
  {
    table: 'refresh_token',
    when: 'used up, as long as its family may live',
    kept: DAY,
    async ending(store, expiresAt) {
      const { grant, code } = await granted(store)
      const refresh = { ...aRefreshToken(grant), expiresAt }
      await store.codes.redeem(code.key, { access: anAccessToken(grant), refresh }, NOW)
      const successor = { ...aRefreshToken(grant), expiresAt }
      const bought = { access: anAccessToken(grant), refresh: successor }
      const rotation = { bought, sealedResponse: undefined, graceUntil: NOW }
      await store.refreshTokens.rotate(refresh.key, rotation, NOW)
    },
  },
  {
    table: 'authorization_code',
    kept: WEEK,
    ending: (store, expiresAt) => granted(store, { ...aCode(), expiresAt }),
  },
  {
    table: 'authorization',
    when: 'whose code nobody redeemed',
    kept: WEEK,
    ending: (store, expiresAt) => granted(store, { ...aCode(), expiresAt }),
  },
  {
    table: 'authorization',
    when: 'of which the last access token outlives the family',
    kept: WEEK,
    async ending(store, expiresAt) {
      const { grant, code } = await granted(store)
      const refresh = { ...aRefreshToken(grant), expiresAt: NOW + 5 }
      await store.codes.redeem(code.key, { access: anAccessToken(grant), refresh }, NOW)
      const successor = { ...aRefreshToken(grant), expiresAt: NOW + 5 }
      const bought = { access: { ...anAccessToken(grant), expiresAt }, refresh: successor }
      const rotation = { bought, sealedResponse: undefined, graceUntil: NOW }
      await store.refreshTokens.rotate(refresh.key, rotation, NOW)
    },
  },
  {
    table: 'authorization',
    when: 'of a refresh token that is not rotated',
    kept: WEEK,
    async ending(store, expiresAt) {
      const { grant, code } = await granted(store)
      const refresh = { ...aRefreshToken(grant), expiresAt: NOW + 5 }
      await store.codes.redeem(code.key, { access: anAccessToken(grant), refresh }, NOW)
      await store.refreshTokens.use(refresh.key, { ...anAccessToken(grant), expiresAt }, NOW + 5)
    },
  },
  {
    table: 'session',
    kept: WEEK,
    ending: (store, expiresAt) => signedIn(store, { expiresAt, idleExpiresAt: expiresAt + DAY }),
  },
  {
    table: 'session',
    when: 'that was not used',
    kept: WEEK,
    ending: (store, idleExpiresAt) =>
      signedIn(store, { idleExpiresAt, expiresAt: idleExpiresAt + DAY }),
  },
  {
    table: 'session',
    when: 'that was ended',
    kept: WEEK,
    async ending(store, at) {
      const later = { idleExpiresAt: at + DAY, expiresAt: at + DAY }
      await store.sessions.end((await signedIn(store, later)).uid, at)
    },
  },
  {
    table: 'interaction',
    kept: HOUR,
    ending: ({ interactions }, expiresAt) => interactions.begin(anInteraction({ expiresAt })),
  },
  {
    table: 'pushed_request',
    kept: DAY,
    ending: ({ pushedRequests }, expiresAt) => pushedRequests.push(aPushedRequest({ expiresAt })),
  },
  {
    table: 'device',
    kept: WEEK,
    ending: ({ devices }, expiresAt) => devices.begin(aDevice({ expiresAt })),
  },
  { table: 'backchannel_request', kept: WEEK, ending: asked },
  {
    table: 'backchannel_link',
    kept: WEEK,
    async ending(store, expiresAt) {
      const { uid } = await asked(store, expiresAt)
      await store.backchannelRequests.addLink(uid, anId(), expiresAt)
    },
  },
  {
    table: 'client_assertion',
    kept: HOUR,
    ending: ({ assertions }, expiresAt) =>
      assertions.use('web', { digest: anId(), expiresAt }, NOW),
  },
  {
    table: 'attempt',
    kept: HOUR,
    ending: ({ attempts }, at) => attempts.reserve(anId(), '', { ...LOCK, lockout: at - NOW }, NOW),
  },
  {
    table: 'known_browser',
    kept: YEAR,
    ending: ({ attempts }, at) => attempts.rememberBrowser('ann', anId(), at),
  },
  {
    table: 'guess',
    kept: HOUR,
    ending: ({ guesses }, at) => guesses.reserve(anId(), { most: 1, window: at - NOW }, NOW),
  },
  {
    table: 'delivery',
    kept: WEEK,
    ending: ({ deliveries }, at) => deliveries.enqueue([aDelivery()], at),
  },
]
