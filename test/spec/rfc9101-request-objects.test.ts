import { CompactSign, decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { aKey, type ClaimSet } from '../support/assertion.ts'
import { eachDoor } from '../support/each-door.ts'
import { basic, type Form } from '../support/provider.ts'
import { pushedUrl } from '../support/push.ts'
import { requestKey } from '../support/request-keys.ts'
import { requestObject } from '../support/request-object.ts'
import { answerAt, tokensFor, visitor } from '../support/visitor.ts'

eachDoor(({ door, clock }) => {
  const now = () => Math.floor(clock.milliseconds() / 1000)
  const anObject = (signing: Partial<Parameters<typeof requestObject>[1]> = {}) =>
    requestObject(door(), { now: now(), ...signing })
  const urlWith = (request: string, beside: Form = {}): string =>
    `${door().issuer}/authorize?${new URLSearchParams({ client_id: 'signs', request, ...beside })}`
  const open = (request: string, beside: Form = {}, someone = visitor(door())) =>
    someone.agent.open(urlWith(request, beside), `${door().home}/callback`)
  /** Where a refusal may go, as far as anybody but the object says. */
  const beside = () => ({ redirect_uri: `${door().home}/callback`, state: 'beside' })

  async function pushObject(request: string, change: Form = {}, clientId = 'signs') {
    const reply = await fetch(`${door().issuer}/par`, {
      method: 'POST',
      headers: basic(clientId),
      body: new URLSearchParams({ client_id: clientId, request, ...change }),
    })
    return { status: reply.status, body: await reply.json() }
  }

  describe('RFC 9101 §5 a signed request', () => {
    test.for(['ES256', 'RS256', 'PS256', 'EdDSA'])('by %s is taken', async (alg) => {
      const someone = visitor(door())
      const request = await anObject({ key: requestKey(alg) })
      const page = await someone.enter(await open(request, {}, someone))
      expect(answerAt(page)).toMatchObject({ state: 's-1', iss: door().issuer })
      const { status, claims } = await tokensFor(door(), page, 'signs')
      expect(status).toBe(200)
      expect(claims).toMatchObject({ nonce: 'n-1', aud: 'signs' })
    })

    test.for<{ when: string; claims?: ClaimSet; header?: Record<string, unknown> }>([
      { when: 'typ is its own', header: { typ: 'oauth-authz-req+jwt' } },
      { when: 'typ is JWT', header: { typ: 'JWT' } },
      { when: 'aud is a list', claims: { aud: ['https://x.example', 'issuer'] } },
      { when: 'exp, nbf and iat are absent', claims: { exp: undefined, nbf: undefined } },
      { when: 'max_age is a number', claims: { max_age: 10_000 } },
      { when: 'claims is an object', claims: { claims: { userinfo: { email: null } } } },
      { when: 'resource is a list', claims: { resource: ['https://api.acme.example'] } },
      { when: 'something is unknown', claims: { extra: { a: [1] }, other: null } },
    ])('is taken when $when', async ({ claims = {}, header }) => {
      const { aud } = claims
      const own = Array.isArray(aud) ? { aud: [aud[0], door().issuer] } : {}
      const page = await open(
        await anObject({ claims: { ...claims, ...own }, ...(header && { header }) }),
      )
      expect(page.url.pathname).toBe('/acme/login')
    })

    test('8 s ahead is taken, a minute is not', async () => {
      const at = async (ahead: number) =>
        open(await anObject({ claims: { nbf: now() + ahead, iat: now() + ahead } }), beside())
      expect((await at(8)).url.pathname).toBe('/acme/login')
      expect(answerAt(await at(61))).toMatchObject({ error: 'invalid_request_object' })
    })

    test('what is beside it is ignored', async () => {
      const someone = visitor(door())
      const beside = {
        scope: 'nothing',
        state: 'other',
        redirect_uri: 'https://thief.example/',
        response_type: 'token',
        prompt: 'none',
        response_mode: 'fragment',
      }
      const page = await someone.enter(await open(await anObject(), beside, someone))
      expect(answerAt(page)).toMatchObject({ code: expect.any(String), state: 's-1' })
    })

    test('what is missing in it is not taken from beside it', async () => {
      const request = await anObject({ claims: { scope: undefined } })
      const page = await open(request, { scope: 'openid' })
      expect(answerAt(page)).toMatchObject({ error: 'invalid_scope', state: 's-1' })
    })

    test('it may come by POST', async () => {
      const someone = visitor(door())
      const reply = await someone.fetch(`${door().issuer}/authorize`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'signs', request: await anObject() }),
      })
      const next = new URL(reply.headers.get('location') ?? '', door().issuer)
      const page = await someone.agent.open(next.href, `${door().home}/callback`)
      expect(answerAt(await someone.enter(page))).toHaveProperty('code')
    })
  })

  const refusals: readonly {
    readonly when: string
    readonly claims?: () => ClaimSet
    readonly header?: Record<string, unknown>
    readonly object?: () => Promise<string>
  }[] = [
    { when: 'it is no JWT', object: async () => 'x' },
    { when: 'it is not signed', object: async () => unsigned(await anObject()) },
    { when: 'its signature is broken', object: async () => `${(await anObject()).slice(0, -9)}` },
    { when: 'the key is of nobody', object: () => anObject({ key: aKey('es', 'ES256') }) },
    { when: 'typ is of another use', header: { typ: 'client-authentication+jwt' } },
    { when: 'iss is another', claims: () => ({ iss: 'own' }) },
    { when: 'iss is missing', claims: () => ({ iss: undefined }) },
    { when: 'aud is another', claims: () => ({ aud: `${door().origin}/other` }) },
    { when: 'aud is missing', claims: () => ({ aud: undefined }) },
    { when: 'client_id is another', claims: () => ({ client_id: 'own' }) },
    { when: 'client_id is missing', claims: () => ({ client_id: undefined }) },
    { when: 'it could pass for authentication', claims: () => ({ sub: 'signs' }) },
    { when: 'it has expired', claims: () => ({ exp: now() }) },
    { when: 'exp is text', claims: () => ({ exp: String(now() + 60) }) },
    { when: 'it holds request', claims: () => ({ request: 'x' }) },
    { when: 'it holds request_uri', claims: () => ({ request_uri: 'https://x.example/r' }) },
  ]

  const unsigned = (object: string): string =>
    `${btoa('{"alg":"none"}').replaceAll('=', '')}.${object.split('.')[1]}.`

  describe('RFC 9101 §6, §10 what is refused', () => {
    test.for(refusals)('invalid_request_object when $when', async (row) => {
      const { claims, header, object } = row
      const request = object
        ? await object()
        : await anObject({ claims: claims?.() ?? {}, ...(header && { header }) })
      expect(answerAt(await open(request, beside()))).toEqual({
        error: 'invalid_request_object',
        error_description: expect.any(String),
        state: 'beside',
        iss: door().issuer,
      })
      const { status, body } = await pushObject(request)
      expect(status).toBe(400)
      expect(body).toMatchObject({ error: 'invalid_request_object' })
    })

    test.for(['resource', 'claims'])('so is %s that is nested without end', async (name) => {
      const deep = `${'['.repeat(5500)}${']'.repeat(5500)}`
      const rest = JSON.stringify(decodeJwt(await anObject())).slice(1)
      const object = await new CompactSign(Buffer.from(`{"${name}":${deep},${rest}`))
        .setProtectedHeader({ alg: 'ES256' })
        .sign(requestKey('ES256').privateKey)
      expect(await pushObject(object)).toMatchObject({
        status: 400,
        body: { error: 'invalid_request_object' },
      })
    })

    test('a bad object is told on a page where no registered address is known', async () => {
      for (const more of [{}, { redirect_uri: 'https://thief.example/' }]) {
        const page = await open('x', more)
        expect(page.status).toBe(400)
        expect(page.url.href.startsWith(door().origin)).toBe(true)
      }
    })

    test('its redirect_uri has to be registered, whoever signed it', async () => {
      const request = await anObject({ change: { redirect_uri: 'https://thief.example/' } })
      const page = await open(request, beside())
      expect(page.status).toBe(400)
      expect(page.url.href.startsWith(door().origin)).toBe(true)
    })

    test('an application without keys cannot sign', async () => {
      const request = await anObject({ change: { client_id: 'own' }, claims: { iss: 'own' } })
      const page = await open(request, { ...beside(), client_id: 'own' })
      expect(answerAt(page)).toMatchObject({ error: 'invalid_request_object' })
    })

    test('request and request_uri together, and a foreign request_uri', async () => {
      const uri = { request_uri: 'https://signs.example/request.jwt' }
      const both = await open(await anObject(), { ...beside(), ...uri })
      expect(answerAt(both)).toMatchObject({ error: 'invalid_request' })
      const foreign = await visitor(door()).ask({ client_id: 'signs', ...uri })
      expect(answerAt(foreign)).toMatchObject({ error: 'request_uri_not_supported' })
    })
  })

  describe('an application that has to sign', () => {
    const only = { client_id: 'signs-only' }
    const signedBy = (alg: string) =>
      anObject({ key: requestKey(alg), change: only, claims: { iss: 'signs-only' } })

    test('by its algorithm and no other', async () => {
      const page = await open(await signedBy('ES256'), only)
      expect(page.url.pathname).toBe('/acme/login')
      const other = await open(await signedBy('RS256'), { ...beside(), ...only })
      expect(answerAt(other)).toMatchObject({ error: 'invalid_request_object' })
    })

    test('is refused without, at both endpoints', async () => {
      expect(answerAt(await visitor(door()).ask(only))).toMatchObject({ error: 'invalid_request' })
      const { status, body } = await pushObject('', only, 'signs-only')
      expect(status).toBe(400)
      expect(body).toMatchObject({ error: 'invalid_request' })
    })

    test('RFC 9126 §3 may push what it signed', async () => {
      const { status, body } = await pushObject(await signedBy('ES256'), only, 'signs-only')
      expect(status).toBe(201)
      const someone = visitor(door())
      const page = await someone.agent.open(
        pushedUrl(door(), String(body.request_uri), only),
        `${door().home}/callback`,
      )
      expect(answerAt(await someone.enter(page))).toMatchObject({ state: 's-1' })
    })
  })

  test('B20 discovery names the algorithms, and none is not among them', async () => {
    const reply = await fetch(`${door().issuer}/.well-known/openid-configuration`)
    expect(await reply.json()).toMatchObject({
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    })
  })
})
