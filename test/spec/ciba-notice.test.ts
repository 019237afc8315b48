import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { digest } from '../../src/base/digest.ts'
import { type Outbound, OutboundError, type OutboundRequest } from '../../src/base/outbound.ts'
import { systemRandom } from '../../src/base/system.ts'
import type { Delivery } from '../../src/model/delivery.ts'
import { deliverers } from '../../src/oauth/deliveries/index.ts'
import { makeKey } from '../../src/oauth/keys/make.ts'
import { type KeyRing, keyRing } from '../../src/oauth/keys/ring.ts'
import { aTenant, masterKey, NOW } from '../support/builders.ts'
import { aCibaProvider, type CibaProvider } from '../support/ciba.ts'
import { eachStore } from '../support/each-store.ts'
import { aContext } from '../support/exchange.ts'

const WEBHOOK = 'https://push.example/approvals'
const ciba = { log: 'nothing', webhook: WEBHOOK, hasTestHook: false } as const

eachStore((open) => {
  let provider: CibaProvider
  let keys: KeyRing
  beforeAll(async () => {
    provider = await aCibaProvider(await open(), { tenant: { ciba } })
    const { uid } = provider.tenant
    const making = { masterKey: masterKey(), random: systemRandom, now: NOW }
    const key = await makeKey('RS256', 'active', { tenant: aTenant({ uid }), ...making })
    keys = keyRing([key], uid, masterKey())
  })

  /** A request of somebody new, and what the outbox has to send for it. */
  async function asked(change = {}) {
    const user = await provider.somebody()
    await provider.ask({ login_hint: user.username, ...change })
    const claim = { limit: 9, perApplication: 9, besides: [], leaseUntil: NOW + 9000 }
    const [delivery] = await provider.store.deliveries.claim(claim, NOW)
    if (delivery === undefined) throw new Error('nothing is due')
    return { user, delivery }
  }

  async function attempt(delivery: Delivery, answer: number | 'unreachable' = 204, now = NOW) {
    const sent: OutboundRequest[] = []
    const outbound: Outbound = {
      async send(request) {
        sent.push(request)
        if (answer === 'unreachable') throw new OutboundError(answer, 'a name of our network')
        return { status: answer, headers: {}, body: '' }
      },
    }
    const { tenant, store } = provider
    const context = aContext({ tenant, store, keys, outbound, now, random: systemRandom })
    return { outcome: await deliverers[delivery.kind]?.(delivery, context), sent }
  }

  /** As the README has it. */
  async function read({ body = '' }: OutboundRequest) {
    const { payload } = await jwtVerify(
      body,
      createLocalJWKSet(JSON.parse(String(keys.jwks.body))),
      {
        issuer: provider.tenant.issuer,
        audience: WEBHOOK,
        typ: 'ciba-notice+jwt',
        currentDate: new Date(NOW * 1000),
      },
    )
    return payload
  }

  const tokenIn = (link: unknown) => new URL(String(link)).searchParams.get('token') ?? ''

  describe('the notice to the webhook of a tenant', () => {
    test('says who is asked, by whom and what, and leads there', async () => {
      const { user, delivery } = await asked({ binding_message: 'W4-SCT' })
      const { outcome, sent } = await attempt(delivery)
      expect(outcome).toEqual({ as: 'delivered' })
      const [request] = sent
      expect(request).toMatchObject({
        url: WEBHOOK,
        method: 'POST',
        headers: { 'content-type': 'application/jwt' },
      })
      if (request === undefined) throw new Error('nothing was sent')
      const claims = await read(request)
      expect(claims).toEqual({
        iss: provider.tenant.issuer,
        aud: WEBHOOK,
        iat: NOW,
        exp: NOW + 120,
        jti: expect.any(String),
        sub: user.sub,
        username: user.username,
        client_id: 'web',
        client_name: expect.any(String),
        binding_message: 'W4-SCT',
        approval_uri: expect.stringContaining(`${provider.tenant.issuer}/ciba/approve?token=`),
        request_expires_at: NOW + 120,
      })
      const link = digest(tokenIn(claims.approval_uri))
      const { backchannelRequests } = provider.store
      expect(await backchannelRequests.openLink(link, ['uid-bob'], NOW)).toBeUndefined()
      const uid = await backchannelRequests.openLink(link, [user.uid], NOW)
      expect(uid).toBe(delivery.payload.request)
    })

    test('what is stored has no link and no name', async () => {
      const { delivery } = await asked()
      expect(delivery.payload).toEqual({ request: expect.any(String) })
    })

    test('is made anew for every attempt, with a link of its own', async () => {
      const { user, delivery } = await asked()
      const [first] = (await attempt(delivery, 'unreachable')).sent
      const [second] = (await attempt(delivery, 204)).sent
      if (first === undefined || second === undefined) throw new Error('nothing was sent')
      const [one, other] = [await read(first), await read(second)]
      expect(one.jti).not.toBe(other.jti)
      const link = digest(tokenIn(other.approval_uri))
      const opened = await provider.store.backchannelRequests.openLink(link, [user.uid], NOW)
      expect(opened).toBe(delivery.payload.request)
    })

    test.for([
      { answer: 200, as: 'delivered' },
      { answer: 302, as: 'refused' },
      { answer: 404, as: 'refused' },
      { answer: 429, as: 'missed' },
      { answer: 503, as: 'missed' },
      { answer: 'unreachable', as: 'missed' },
    ] as const)('$answer counts as $as', async ({ answer, as }) => {
      const { delivery } = await asked()
      expect(await attempt(delivery, answer)).toMatchObject({ outcome: { as } })
    })

    test('nothing is sent once the request has expired', async () => {
      const { delivery } = await asked()
      expect(await attempt(delivery, 204, NOW + 120)).toEqual({
        outcome: { as: 'unwanted' },
        sent: [],
      })
    })

    test('nothing is sent once the person has answered', async () => {
      const { user, delivery } = await asked()
      await provider.answer(user.uid, false)
      expect(await attempt(delivery)).toEqual({ outcome: { as: 'unwanted' }, sent: [] })
    })

    test('nothing is sent once the person is disabled', async () => {
      const { user, delivery } = await asked()
      await provider.store.users.disable(user.uid, NOW)
      expect(await attempt(delivery)).toEqual({ outcome: { as: 'unwanted' }, sent: [] })
    })
  })
})
