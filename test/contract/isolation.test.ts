import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DELIVERY_STATES, type Delivery } from '../../src/model/delivery.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { NewDelivery, TenantStore } from '../../src/store/port.ts'
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
  aSession,
  aSignIn,
  aSigningKey,
  aStoredSession,
  aUser,
  NOW,
} from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

const LIMITS = { ofApplication: 9, ofPerson: 9, ofApplicationToPerson: 9 }
const policy = { maxFailures: 1, lockout: 900, passwordHash: 'argon2id' } as const

const oneGuess = { most: 1, window: 600 }
const user = aUser({ username: 'ann', email: 'ann@acme.example' })
const signIn = aSignIn(aSession(user.uid))
const authorization = anAuthorization(signIn.session)
const redeemed = anAuthorization(signIn.session)
const code = aCode()
const token = anAccessToken(authorization)
const apiToken = anApiToken()
const refresh = aRefreshToken(authorization)
const authorizationOfAnswer = anAuthorization(signIn.session)
const device = aDevice()
const delivery = aDelivery()
const asked = aBackchannelRequest(user.uid)
const allowed = aBackchannelRequest(user.uid, { sealedPing: 'sealed' })
const decision = { userUid: user.uid, address: undefined, userAgent: undefined }
const pushed = aPushedRequest()
const interaction = anInteraction({ pushedKey: pushed.key })
const plainInteraction = anInteraction()
const INTERACTIONS = [interaction, plainInteraction]
const consent = { scopes: ['openid'], resources: [], claims: [] }
const bought = { access: anAccessToken(authorization), refresh: undefined }
const rotation = {
  bought: { ...bought, refresh: aRefreshToken(authorization) },
  sealedResponse: undefined,
  graceUntil: NOW,
}
const active = aSigningKey()
const pending = aSigningKey({ state: 'pending', ordinal: 2 })
const BY = aKeyActor()
const move = { kid: active.kid, from: 'active', to: 'retiring' } as const
const demotion = { moves: [move], added: [] }

const assertion = { digest: 'jti', expiresAt: NOW + 60 }

/** Rows of every kind. */
async function fill(store: TenantStore): Promise<void> {
  await store.assertions.use('web', assertion, NOW)
  await store.users.create(user)
  await store.subjects.take(user.uid, 'acme.example', 'pairwise-of-acme')
  await store.attempts.reserve(user.uid, '', policy, NOW)
  await store.attempts.rememberBrowser(user.uid, 'known', NOW)
  await store.sessions.signIn(signIn, NOW)
  await store.sessions.sid(signIn.session.uid, 'web', 'sid-of-acme')
  for (const each of INTERACTIONS) await store.interactions.begin(each)
  await store.consents.grant(user.uid, 'web', consent, NOW)
  await store.authorizations.create(authorization, aCode())
  await store.authorizations.create(redeemed, code)
  await store.codes.redeem(code.key, { access: token, refresh }, NOW)
  await store.apiTokens.create(apiToken, BY)
  await store.pushedRequests.push(pushed)
  await store.devices.begin(device)
  await store.devices.open(device.userCode, user.uid, NOW)
  await store.guesses.reserve('ann', oneGuess, NOW)
  await store.backchannelRequests.begin(asked, LIMITS)
  await store.backchannelRequests.begin(allowed, LIMITS)
  await store.backchannelRequests.addLink(asked.uid, 'link', NOW + 9)
  await store.backchannelRequests.decide(allowed.uid, decision, authorizationOfAnswer, NOW)
  await store.keys.insert(active, BY)
  await store.keys.insert(pending, BY)
  await store.deliveries.enqueue([delivery], NOW)
  await store.secretUses.note('web', 'first', NOW)
}

const asStored = (wanted: NewDelivery): Delivery => ({
  ...wanted,
  state: 'pending',
  attempts: 0,
  createdAt: NOW,
  nextAttemptAt: NOW,
  finishedAt: undefined,
  lastError: undefined,
})

/** What the tenant's own methods answer about its rows: compared before and after another's attempts. */
const view = async (store: TenantStore) => ({
  user: await store.users.find(user.uid),
  login: await store.users.findByLogin('ann'),
  subject: await store.users.findBySubject(user.sub),
  pairwise: await store.subjects.find('pairwise-of-acme', 'acme.example'),
  users: await store.users.list({ limit: 9 }),
  known: await store.attempts.isKnownBrowser(user.uid, 'known'),
  people: await store.sessions.peopleIn(signIn.digest, NOW),
  session: await store.sessions.find(signIn.session.uid, NOW),
  sessions: await store.sessions.list({ limit: 9 }, NOW),
  interaction: await store.interactions.find(interaction.digest, NOW),
  plainInteraction: await store.interactions.find(plainInteraction.digest, NOW),
  consent: await store.consents.find(user.uid, 'web'),
  authorization: await store.authorizations.find(authorization.uid),
  code: await store.codes.find(code.key),
  token: await store.accessTokens.find(token.key),
  apiToken: await store.apiTokens.find(apiToken.access.key),
  apiTokens: await store.apiTokens.list(),
  refresh: await store.refreshTokens.find(refresh.key),
  pushed: await store.pushedRequests.find(pushed.key),
  device: await store.devices.find(device.key),
  pending: await store.devices.findPending(device.userCode, NOW),
  asked: await store.backchannelRequests.find(asked.key),
  allowed: await store.backchannelRequests.find(allowed.key),
  ping: await store.backchannelRequests.findPing(allowed.uid),
  byUid: await store.backchannelRequests.findPending(asked.uid, NOW),
  waiting: await store.backchannelRequests.pendingFor(user.uid, NOW),
  keys: await store.keys.list(),
  secretUses: [...(await store.secretUses.list())].map(([uid, uses]) => [uid, ...uses]),
  deliveries: await store.deliveries.list({ states: DELIVERY_STATES, limit: 9 }),
})

/** So that nothing else stands in the way. */
async function ownSession(store: TenantStore) {
  const own = aUser()
  await store.users.create(own)
  return aStoredSession(store, own.uid)
}

/** Every method that changes something, called with the identifiers of somebody else's rows. */
const ATTEMPTS: Readonly<Record<string, (store: TenantStore) => Promise<unknown>>> = {
  'users.setPassword': ({ users }) => users.setPassword(user.uid, 'stolen', NOW),
  'users.upgradePasswordHash': ({ users }) => users.upgradePasswordHash(user.uid, 'hash', 'stolen'),
  'users.setCibaUserCode': ({ users }) => users.setCibaUserCode(user.uid, 'stolen', NOW),
  'users.disable': ({ users }) => users.disable(user.uid, NOW),
  'users.enable': ({ users }) => users.enable(user.uid, NOW),
  'users.revokeAll': ({ users }) => users.revokeAll(user.uid, NOW),
  'secretUses.note': ({ secretUses }) => secretUses.note('web', 'first', NOW + 9999),
  'attempts.clear': ({ attempts }) => attempts.clear(user.uid, ''),
  'attempts.clearAll': ({ attempts }) => attempts.clearAll(user.uid),
  'sessions.signIn': async (store) => {
    const entry = { previousDigest: signIn.digest, interactionDigest: interaction.digest }
    await store.sessions.signIn({ ...signIn, ...entry, digest: 'stolen' }, NOW)
    const own = await ownSession(store)
    await store.sessions.signIn(aSignIn(aSession(own.userUid), entry), NOW)
  },
  'sessions.end': ({ sessions }) => sessions.end(signIn.session.uid, NOW),
  'sessions.endAllOf': ({ sessions }) => sessions.endAllOf(user.uid, NOW),
  'interactions.choose': ({ interactions }) => interactions.choose(interaction.digest, 'stolen'),
  'interactions.complete': async (store) => {
    for (const session of [signIn.session, await ownSession(store)])
      for (const each of INTERACTIONS)
        await store.interactions.complete(each, anAuthorization(session), aCode(), NOW)
  },
  'interactions.refuse': async ({ interactions }) => {
    for (const each of INTERACTIONS) await interactions.refuse(each, NOW)
  },
  'authorizations.create': async (store) => {
    for (const session of [signIn.session, await ownSession(store)]) {
      const allowed = { ...anAuthorization(session), sessionIdleExpiresAt: NOW + 9999 }
      await store.authorizations.create(allowed, aCode())
      await store.authorizations.create({ ...allowed, uid: anId() }, aCode(), pushed.key)
    }
  },
  'authorizations.revoke': ({ authorizations }) => authorizations.revoke(authorization.uid, NOW),
  'codes.redeem': ({ codes }) => codes.redeem(code.key, bought, NOW),
  'codes.burn': ({ codes }) => codes.burn(code.key, NOW),
  'accessTokens.revoke': ({ accessTokens }) => accessTokens.revoke(token.key, NOW),
  'apiTokens.revoke': ({ apiTokens }) => apiTokens.revoke(apiToken.id, BY),
  'refreshTokens.rotate': ({ refreshTokens }) => refreshTokens.rotate(refresh.key, rotation, NOW),
  'refreshTokens.use': ({ refreshTokens }) =>
    refreshTokens.use(refresh.key, anAccessToken(authorization), NOW + 9999),
  'refreshTokens.forgetResponses': ({ refreshTokens }) =>
    refreshTokens.forgetResponses(NOW + 99_999),
  'devices.poll': ({ devices }) => devices.poll(device.key, 5, NOW),
  'devices.open': ({ devices }) => devices.open(device.userCode, 'somebody', NOW),
  'devices.approve': ({ devices }) =>
    devices.approve(device.userCode, anAuthorization(signIn.session), NOW),
  'devices.deny': ({ devices }) => devices.deny(device.userCode, user.uid, NOW),
  'devices.redeem': ({ devices }) => devices.redeem(device.key, bought, NOW),
  'guesses.giveBack': ({ guesses }) => guesses.giveBack('ann'),
  'backchannelRequests.begin': ({ backchannelRequests }) =>
    backchannelRequests.begin(aBackchannelRequest(user.uid), LIMITS),
  'backchannelRequests.poll': ({ backchannelRequests }) => backchannelRequests.poll(asked.key, NOW),
  'backchannelRequests.decide': ({ backchannelRequests }) =>
    backchannelRequests.decide(asked.uid, decision, anAuthorization(signIn.session), NOW),
  'backchannelRequests.addLink': ({ backchannelRequests }) =>
    backchannelRequests.addLink(asked.uid, 'stolen', NOW + 9),
  'backchannelRequests.openLink': ({ backchannelRequests }) =>
    backchannelRequests.openLink('link', [user.uid], NOW),
  'backchannelRequests.forgetPing': ({ backchannelRequests }) =>
    backchannelRequests.forgetPing(allowed.uid),
  'backchannelRequests.redeem': ({ backchannelRequests }) =>
    backchannelRequests.redeem(allowed.key, bought, NOW),
  'keys.adopt': ({ keys }) => keys.adopt(active, BY),
  'keys.schedule': ({ keys }) => keys.schedule(pending.kid, NOW, BY),
  'keys.transition': ({ keys }) => keys.transition(demotion, BY),
  'keys.cover': ({ keys }) => keys.cover(['ES256'], NOW + 99_999, NOW + 99_999),
  'keys.endIssued': ({ keys }) =>
    keys.endIssued(
      { from: 0, until: NOW * 2, to: { applications: ['application', 'web'] }, limit: 99 },
      active.kid,
      BY,
    ),
  'deliveries.claim': ({ deliveries }) =>
    deliveries.claim({ limit: 9, perApplication: 9, besides: [], leaseUntil: NOW + 9 }, NOW),
  'deliveries.settle': ({ deliveries }) =>
    deliveries.settle(asStored(delivery), { as: 'unwanted' }, NOW),
}

/** These read, or make a row of the caller's own. */
const HARMLESS = new Set([
  ...['users.find', 'users.findByLogin', 'users.findBySubject', 'users.list', 'users.create'],
  ...['subjects.take', 'subjects.find'],
  ...['attempts.reserve', 'attempts.isKnownBrowser', 'attempts.rememberBrowser'],
  ...['sessions.peopleIn', 'sessions.find', 'sessions.sid', 'sessions.list'],
  ...['interactions.begin', 'interactions.find', 'consents.find', 'consents.grant'],
  ...['authorizations.settle', 'authorizations.find', 'codes.find'],
  ...[
    'backchannelRequests.findPending',
    'backchannelRequests.findPing',
    'backchannelRequests.find',
    'backchannelRequests.pendingFor',
  ],
  ...['apiTokens.create', 'apiTokens.find', 'apiTokens.list'],
  ...[
    'accessTokens.issue',
    'accessTokens.find',
    'refreshTokens.find',
    'keys.list',
    'keys.countAlive',
    'keys.insert',
  ],
  ...['devices.begin', 'devices.find', 'devices.findPending', 'guesses.reserve'],
  ...['pushedRequests.push', 'pushedRequests.find'],
  ...['deliveries.enqueue', 'deliveries.list', 'assertions.use', 'secretUses.list'],
])

describe.each(stores)('another tenant on $name', ({ fresh }) => {
  let database: FreshDatabase
  let whole: ConfigurableStore

  beforeAll(async () => {
    database = await fresh()
    whole = await openStore(database.url, { schema: 'migrate', random })
    await fill(whole.tenant('acme'))
  })
  afterAll(async () => {
    await whole.close()
    await database.remove()
  })

  test('every method of the port is in one of the two lists', () => {
    const methods = Object.entries(whole.tenant('acme')).flatMap(([group, its]) =>
      Object.keys(its).map((method) => `${group}.${method}`),
    )
    expect(methods.sort()).toEqual([...Object.keys(ATTEMPTS), ...HARMLESS].sort())
  })

  test('sees nothing', async () => {
    const seen = Object.values(await view(whole.tenant('other')))
    const nothing = seen.filter(
      (each) => each === undefined || each === false || (Array.isArray(each) && each.length === 0),
    )
    expect(nothing).toHaveLength(seen.length)
  })

  test('makes the same rows for itself', async () => {
    await fill(whole.tenant('twin'))
    const twin = await view(whole.tenant('twin'))
    expect(twin).toEqual(await view(whole.tenant('acme')))
    expect(await whole.tenant('twin').sessions.sid(signIn.session.uid, 'web', 'late')).toBe(
      'sid-of-acme',
    )
  })

  test.for(Object.entries(ATTEMPTS))('changes nothing by %s', async ([, attempt]) => {
    const before = await view(whole.tenant('acme'))
    await attempt(whole.tenant('other'))
    expect(await view(whole.tenant('acme'))).toEqual(before)
    expect(await whole.tenant('acme').attempts.reserve(user.uid, '', policy, NOW)).toBe('locked')
    expect(await whole.tenant('acme').assertions.use('web', assertion, NOW)).toBe('replayed')
    expect(await whole.tenant('acme').guesses.reserve('ann', oneGuess, NOW)).toEqual({
      waitUntil: NOW + 600,
    })
  })
})
