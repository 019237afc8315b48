import { describe, expect, test } from 'vitest'
import { decide, signedInAt, television } from '../support/device.ts'
import { eachDoor } from '../support/each-door.ts'
import { basic, type Form } from '../support/provider.ts'
import { push, pushedUrl } from '../support/push.ts'
import { requestObject } from '../support/request-object.ts'
import { formOf } from '../support/user-agent.ts'
import { answerAt, authorizeUrl, requestTo, tokensFor, visitor } from '../support/visitor.ts'

const LOOPBACK = 'http://127.0.0.1:5123/callback'
/** Of the four kinds: they say nothing of pushing, or the same as their tenant. */
const CLIENTS: readonly { readonly change: Form; readonly headers: Form }[] = [
  { change: { client_id: 'own' }, headers: basic('own') },
  { change: { client_id: 'old' }, headers: basic('old') },
  { change: { client_id: 'pushes' }, headers: basic('pushes') },
  { change: { client_id: 'cli', redirect_uri: LOOPBACK }, headers: {} },
]
const UNPUSHED = { error: 'invalid_request', error_description: 'the request must be pushed first' }

eachDoor(
  ({ door, clock }) => {
    describe('RFC 9126 §5 a tenant whose applications all push', () => {
      test.for(CLIENTS)('$change.client_id gets nothing without', async ({ change }) => {
        const told = { ...UNPUSHED, state: 's-1', iss: door().issuer }
        expect(answerAt(await visitor(door()).ask(change))).toEqual(told)
      })

      test.for(CLIENTS)('$change.client_id is asked in with', async ({ change, headers }) => {
        const { status, uri } = await push(door(), change, headers)
        expect(status).toBe(201)
        const { client_id = '' } = change
        const page = await visitor(door()).agent.open(pushedUrl(door(), uri, { client_id }))
        expect(page.url.pathname).toBe('/acme/login')
      })

      test('what was pushed leads to tokens, also where somebody is here', async () => {
        const someone = await signedInAt(door())
        const { uri } = await push(door())
        const page = await someone.agent.open(pushedUrl(door(), uri), `${door().home}/callback`)
        expect(await tokensFor(door(), page)).toMatchObject({ status: 200, claims: { aud: 'own' } })
      })

      test.for<{ when: string; change: Form }>([
        { when: 'nothing may be shown', change: { prompt: 'none' } },
        { when: 'somebody is to sign in again', change: { prompt: 'login' } },
        { when: 'request_uri is empty', change: { request_uri: '' } },
      ])('nor when $when and somebody is here', async ({ change }) => {
        const someone = await signedInAt(door())
        expect(answerAt(await someone.ask(change))).toMatchObject({ ...UNPUSHED, state: 's-1' })
      })

      test('a signature is no push', async () => {
        const request = await requestObject(door(), {
          now: Math.floor(clock.milliseconds() / 1000),
        })
        const query = new URLSearchParams({ client_id: 'signs', request })
        const url = `${door().issuer}/authorize?${query}`
        const page = await visitor(door()).agent.open(url, `${door().home}/callback`)
        expect(answerAt(page)).toMatchObject({ ...UNPUSHED, state: 's-1' })
      })

      test('the refusal comes as the request asked, by POST too', async () => {
        const posted = await visitor(door()).ask({ response_mode: 'form_post' })
        expect(formOf(posted).hidden).toMatchObject({ ...UNPUSHED, state: 's-1' })
        const fragment = await visitor(door()).ask({ response_mode: 'fragment' })
        expect(Object.fromEntries(new URLSearchParams(fragment.url.hash.slice(1)))).toMatchObject(
          UNPUSHED,
        )
        const reply = await fetch(`${door().issuer}/authorize`, {
          method: 'POST',
          redirect: 'manual',
          body: requestTo(door()),
        })
        expect(reply.status).toBe(303)
        const next = new URL(reply.headers.get('location') ?? '', door().issuer)
        const page =
          next.origin === door().home
            ? { url: next }
            : await visitor(door()).agent.open(next.href, `${door().home}/callback`)
        expect(Object.fromEntries(page.url.searchParams)).toMatchObject(UNPUSHED)
      })

      test('an address that is not registered is told nothing', async () => {
        const page = await visitor(door()).ask({ redirect_uri: `${door().home}/other` })
        expect(page.status).toBe(400)
        expect(page.url.origin).toBe(door().origin)
      })

      test('who signs in elsewhere has nothing to push', async () => {
        const tv = television(door())
        const asked = await tv.ask()
        await decide(await signedInAt(door()), door(), asked)
        expect((await tv.poll(asked)).status).toBe(200)
      })

      test('another tenant is as free as it was', async () => {
        const url = authorizeUrl(door()).replace('/acme/', '/other/')
        expect((await visitor(door()).agent.open(url)).url.pathname).toBe('/other/login')
      })

      test.for([
        { tenant: 'acme', required: true },
        { tenant: 'other', required: false },
      ])('discovery of $tenant says so: $required', async ({ tenant, required }) => {
        const reply = await fetch(`${door().origin}/${tenant}/.well-known/openid-configuration`)
        expect(await reply.json()).toMatchObject({
          require_pushed_authorization_requests: required,
        })
      })
    })
  },
  { par: 'required' },
)
