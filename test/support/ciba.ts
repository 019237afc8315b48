import { CIBA_GRANT } from '../../src/model/application.ts'
import type { Store } from '../../src/store/port.ts'
import { aCibaPolicy, anApplication, anAsking, aPublicApplication, aUser, NOW } from './builders.ts'
import { aProvider, basic, type Changes, type Form } from './provider.ts'
import { REQUEST_KEYS } from './request-keys.ts'
import { anAuthorization, anId, aStoredSession } from './rows.ts'

const applications = [
  anAsking(),
  anAsking({ clientId: 'other' }),
  anAsking({
    clientId: 'pinged',
    ciba: aCibaPolicy({ notificationEndpoint: 'https://calls.example/ciba' }),
  }),
  anAsking({ clientId: 'named', ciba: aCibaPolicy({ hints: new Set(['login_hint']) }) }),
  anAsking({ clientId: 'signs', jwks: REQUEST_KEYS.map(({ jwk }) => jwk) }),
  anAsking({
    clientId: 'signs-only',
    jwks: REQUEST_KEYS.map(({ jwk }) => jwk),
    requestObject: { algorithm: 'ES256', isRequired: false },
    ciba: aCibaPolicy({ isSignatureRequired: true }),
  }),
  anAsking({ clientId: 'small', scopes: new Set(['openid', 'email']) }),
  anAsking({ clientId: 'silent', grants: new Set(['authorization_code']) }),
  anApplication({ clientId: 'without' }),
  aPublicApplication({ grants: anAsking().grants, ciba: aCibaPolicy() }),
]

export type CibaProvider = Awaited<ReturnType<typeof aCibaProvider>>

/** A provider whose applications ask people by CIBA: alice, bob, carol, and dave who is disabled. */
export async function aCibaProvider(database: Store, change: Changes = {}) {
  const provider = await aProvider(database, { applications, ...change })
  const { store } = provider
  for (const name of ['bob', 'carol', 'dave'])
    await store.users.create(
      aUser({ uid: `uid-${name}`, sub: `sub-${name}`, username: name, email: `${name}@x.example` }),
    )
  await store.users.disable('uid-dave', NOW)
  const later = (seconds: number) => provider.with({ now: NOW + seconds })

  return {
    ...provider,
    /** Of somebody new, so that no test fills another's inbox. */
    async somebody() {
      const uid = anId()
      const user = aUser({ uid, sub: `sub-${uid}`, username: uid, email: undefined })
      await store.users.create(user)
      return user
    },

    /** One valid request. A change to the empty string leaves a parameter out. */
    async ask(change: Form = {}, headers: Form = basic(), seconds = 0) {
      const form = { scope: 'openid email', binding_message: 'W4SCT', ...change }
      const answer = await later(seconds).post('/backchannel_authentication', form, headers)
      return { status: answer.status, headers: answer.headers, body: await answer.json() }
    },

    async poll(authReqId: string, headers: Form = basic(), seconds = 0) {
      const form = { grant_type: CIBA_GRANT, auth_req_id: authReqId }
      const answer = await later(seconds).post('/token', form, headers)
      return { status: answer.status, body: await answer.json() }
    },

    /** What the person does on their page, as the store is told of it. */
    async answer(userUid: string, isAllowed: boolean) {
      const [request] = await store.backchannelRequests.pendingFor(userUid, NOW)
      if (request === undefined) throw new Error('nothing waits')
      const lasting = { expiresAt: NOW + 9000, idleExpiresAt: NOW + 9000 }
      const session = await aStoredSession(store, userUid, lasting)
      const { applicationUid, scopes, resources } = request
      const isOffline = scopes.includes('offline_access')
      const granted = { applicationUid, scopes, resources, isOffline }
      const authorization = isAllowed ? anAuthorization(session, granted) : undefined
      const decision = { userUid, address: undefined, userAgent: undefined }
      await store.backchannelRequests.decide(request.uid, decision, authorization, NOW)
      return session
    },
  }
}
