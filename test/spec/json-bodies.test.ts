import { beforeAll, describe, expect, test } from 'vitest'
import { anApplication } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import { aProvider, basic, codeForm, type Form, type Provider } from '../support/provider.ts'

const credentials = { client_id: 'post', client_secret: 'web-secret' }
const request = { grant_type: 'client_credentials', scope: 'orders:read', ...credentials }

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    provider = await aProvider(await open(), {
      tenant: { takesJson: true },
      applications: [
        anApplication(),
        anApplication({ clientId: 'post', authMethod: 'client_secret_post' }),
      ],
    })
  })

  const send = async (body: string, headers: Form = {}, path = '/token', to = provider) => {
    const reply = await to.post(path, body, { 'content-type': 'application/json', ...headers })
    return { status: reply.status, body: await reply.json() }
  }

  describe('a JSON object at /token, where the tenant takes it', () => {
    test('says what a form would say', async () => {
      const answer = await send(JSON.stringify(request))
      expect(answer).toMatchObject({ status: 200, body: { scope: 'orders:read' } })
      const typed = { 'content-type': 'Application/JSON; charset=utf-8' }
      expect(await send(JSON.stringify(request), typed)).toMatchObject({ status: 200 })
      expect((await provider.post('/token', request)).status).toBe(200)
    })

    test('carries a code, and authentication stays where it was', async () => {
      const body = JSON.stringify(codeForm(await provider.code()))
      expect(await send(body, basic())).toMatchObject({
        status: 200,
        body: { id_token: expect.any(String) },
      })
      expect(await send(JSON.stringify({ grant_type: 'client_credentials' }))).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      })
    })

    test('names resources in a list', async () => {
      const { scope: _, ...rest } = request
      const asking = (resource: unknown) => send(JSON.stringify({ ...rest, resource }))
      const bills = 'https://bills.acme.example/'
      expect(await asking([bills])).toMatchObject({ body: { scope: 'bills:read' } })
      expect(await asking([bills, 'https://api.acme.example'])).toMatchObject({
        status: 400,
        body: { error: 'invalid_target' },
      })
    })

    const changed = (change: object) => JSON.stringify({ ...request, ...change })
    test.for([
      { when: 'it is not JSON', body: '{' },
      { when: 'it is a form', body: 'grant_type=client_credentials' },
      { when: 'it is a list', body: '[]' },
      { when: 'it is null', body: 'null' },
      { when: 'it is a string', body: '"grant_type"' },
      { when: 'it has a number', body: changed({ extra: 1 }) },
      { when: 'it has a null', body: changed({ scope: null }) },
      { when: 'it is nested', body: changed({ extra: { scope: 'x' } }) },
      { when: 'it has a list', body: changed({ scope: ['orders:read'] }) },
      { when: 'a list is nested', body: changed({ resource: [['x']] }) },
      { when: 'a member is repeated', body: `{"scope":"a",${changed({}).slice(1)}` },
      {
        when: 'a member is repeated in other letters',
        body: `{"sc\\u006fpe":"a",${changed({}).slice(1)}`,
      },
      { when: 'there is a NUL in a value', body: changed({ scope: 'a\0b' }) },
      { when: 'there is a NUL in a name', body: changed({ 'a\0b': 'x' }) },
      { when: 'there is half a character', body: `{"a":"\\ud800",${changed({}).slice(1)}` },
      {
        when: 'there are too many members',
        body: changed(Object.fromEntries(Array.from({ length: 100 }, (__, n) => [`p${n}`, 'x']))),
      },
    ])('invalid_request when $when', async ({ body }) => {
      expect(await send(body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    })

    test('looks for repeated members where keys are, not within values', async () => {
      const state = '"scope": \\" "scope":'
      expect(await send(changed({ state }))).toMatchObject({ status: 200 })
      expect(await send(changed({ __proto__: 'x', constructor: 'y' }))).toMatchObject({
        status: 200,
      })
    })

    test('has the limit of a form', async () => {
      expect(await send(changed({ extra: 'x'.repeat(65_536) }))).toMatchObject({ status: 413 })
    })

    test('is taken nowhere else, and nowhere unless it is switched on', async () => {
      expect(await send(changed({ token: 'x' }), {}, '/revoke')).toMatchObject({ status: 415 })
      const strict = provider.with({ tenant: { takesJson: false } })
      expect(await send(changed({}), {}, '/token', strict)).toMatchObject({ status: 415 })
    })
  })
})
