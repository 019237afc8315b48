import { beforeAll, describe, expect, test } from 'vitest'
import { type Outbound, OutboundError, type OutboundRequest } from '../../src/base/outbound.ts'
import type { Context } from '../../src/oauth/context.ts'
import { deliverers } from '../../src/oauth/deliveries/index.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { masterKey, NOW } from '../support/builders.ts'
import { aCibaProvider, type CibaProvider } from '../support/ciba.ts'
import { eachStore } from '../support/each-store.ts'
import { aContext } from '../support/exchange.ts'
import { basic } from '../support/provider.ts'

const TOKEN = 'client.token~1+/=='

eachStore((open) => {
  let provider: CibaProvider
  beforeAll(async () => {
    provider = await aCibaProvider(await open())
  })

  const ask = async (change = {}) => {
    const user = await provider.somebody()
    const form = { login_hint: user.username, client_notification_token: TOKEN, ...change }
    return { user, ...(await provider.ask(form, basic('pinged'))) }
  }

  /** What the outbox sends for an answer, and what becomes of it. */
  async function answered(answer: number | 'unreachable', change: Partial<Context> = {}) {
    const { user, body } = await ask()
    await provider.answer(user.uid, true)
    const sent: OutboundRequest[] = []
    const outbound: Outbound = {
      async send(request) {
        sent.push(request)
        if (answer === 'unreachable') throw new OutboundError(answer, 'a name of our network')
        return { status: answer, headers: { location: 'https://evil.example' }, body: 'words' }
      },
    }
    const claim = { limit: 9, perApplication: 9, besides: [], leaseUntil: NOW + 9000 }
    const [delivery] = await provider.store.deliveries.claim(claim, NOW)
    if (delivery === undefined) throw new Error('nothing is due')
    const { tenant, store } = provider
    const keys = keyRing([], tenant.uid, masterKey())
    const context = aContext({ tenant, store, keys, outbound, ...change })
    const attempt = await deliverers[delivery.kind]?.(delivery, context)
    const uid = String(delivery.payload.request)
    const isKept = (await store.backchannelRequests.findPing(uid)) !== undefined
    return { attempt, sent, isKept, body, delivery }
  }

  describe('CIBA §7.1 client_notification_token', () => {
    test.for([
      { when: 'it is missing', client_notification_token: '' },
      { when: 'it is no bearer token', client_notification_token: 'two words' },
      { when: 'it is too long', client_notification_token: 'x'.repeat(1025) },
    ])('invalid_request when $when', async ({ client_notification_token }) => {
      const { status, body } = await ask({ client_notification_token })
      expect([status, body.error]).toEqual([400, 'invalid_request'])
    })

    test('a client that polls needs none', async () => {
      const { username } = await provider.somebody()
      expect(await provider.ask({ login_hint: username })).toMatchObject({ status: 200 })
    })
  })

  describe('CIBA §10.2 ping callback (C5)', () => {
    test('says which request was answered, with the client’s token, and nothing else', async () => {
      const { attempt, sent, body, delivery, isKept } = await answered(204)
      expect(attempt).toEqual({ as: 'delivered' })
      expect(sent).toEqual([
        {
          tenantUid: provider.tenant.uid,
          purpose: 'ciba-ping',
          method: 'POST',
          url: 'https://calls.example/ciba',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
          body: JSON.stringify({ auth_req_id: body.auth_req_id }),
        },
      ])
      expect(isKept).toBe(false)
      expect(JSON.stringify(delivery)).not.toContain(body.auth_req_id)
      expect(await provider.poll(body.auth_req_id, basic('pinged'))).toMatchObject({ status: 200 })
    })

    test.for([
      { answer: 200, as: 'delivered', isKept: false },
      { answer: 204, as: 'delivered', isKept: false },
      { answer: 302, as: 'refused', isKept: false },
      { answer: 401, as: 'refused', isKept: false },
      { answer: 403, as: 'refused', isKept: false },
      { answer: 429, as: 'missed', isKept: true },
      { answer: 503, as: 'missed', isKept: true },
      { answer: 'unreachable', as: 'missed', isKept: true },
    ] as const)('$answer counts as $as', async ({ answer, as, isKept }) => {
      const told = await answered(answer)
      expect(told).toMatchObject({ attempt: { as }, isKept })
      expect(told.sent).toHaveLength(1)
    })

    test('nothing is sent once the request has expired', async () => {
      expect(await answered(200, { now: NOW + 120 })).toMatchObject({
        attempt: { as: 'unwanted' },
        sent: [],
        isKept: false,
      })
    })

    test('the token and the request are sealed until then', async () => {
      const { user, body } = await ask()
      const [request] = await provider.store.backchannelRequests.pendingFor(user.uid, NOW)
      const found = await provider.store.backchannelRequests.findPing(request?.uid ?? '')
      expect(found?.sealedPing).toMatch(/^v1\./)
      for (const secret of [TOKEN, body.auth_req_id])
        expect(found?.sealedPing).not.toContain(secret)
    })
  })
})
