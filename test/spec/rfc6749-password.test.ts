import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { disableAccount, enableAccount } from '../../src/accounts/index.ts'
import { toSeconds } from '../../src/base/time.ts'
import { PASSWORD, PASSWORDS_UNTIL } from '../support/door.ts'
import { eachDoor } from '../support/each-door.ts'
import { basic, bearer, type Form } from '../support/provider.ts'
import { times } from '../support/rows.ts'

eachDoor(({ door, clock }) => {
  const post = async (path: string, form: Form, headers = basic('legacy')) => {
    const body = new URLSearchParams(Object.entries(form).filter(([, value]) => value !== ''))
    const reply = await fetch(`${door().issuer}${path}`, { method: 'POST', body, headers })
    const text = await reply.text()
    return { status: reply.status, body: text === '' ? {} : JSON.parse(text) }
  }
  const ask = (change: Form = {}, headers?: Form) =>
    post(
      '/token',
      {
        grant_type: 'password',
        username: 'alice',
        password: PASSWORD,
        scope: 'openid email offline_access',
        ...change,
      },
      headers,
    )
  const userinfo = async (token: string) =>
    (await fetch(`${door().issuer}/userinfo`, { headers: bearer(token) })).status
  const metadata = async () =>
    (await fetch(`${door().issuer}/.well-known/openid-configuration`)).json()

  describe('RFC 6749 §4.3 resource owner password credentials', () => {
    test('gives what a sign-in would give, to the person’s name or address', async () => {
      for (const username of ['alice', 'alice@acme.example']) {
        const { status, body } = await ask({ username })
        expect(status).toBe(200)
        expect(body).toEqual({
          access_token: expect.any(String),
          refresh_token: expect.any(String),
          id_token: expect.any(String),
          token_type: 'Bearer',
          expires_in: 900,
          scope: 'openid email offline_access',
        })
        expect(decodeJwt(body.id_token)).toMatchObject({
          aud: 'legacy',
          acr: '1',
          amr: ['pwd'],
          auth_time: toSeconds(clock.milliseconds()),
          sid: expect.any(String),
        })
        expect(await userinfo(body.access_token)).toBe(200)
        const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token }
        expect((await post('/token', refresh)).status).toBe(200)
      }
    })

    test('without offline access there is no refresh token', async () => {
      expect((await ask({ scope: 'openid' })).body).not.toHaveProperty('refresh_token')
    })

    test.for([
      { error: 'invalid_grant', when: 'the password is wrong', change: { password: 'wrong' } },
      { error: 'invalid_grant', when: 'nobody has the name', change: { username: 'nobody' } },
      { error: 'invalid_request', when: 'there is no name', change: { username: '' } },
      { error: 'invalid_request', when: 'there is no password', change: { password: '' } },
      { error: 'invalid_scope', when: 'there is no scope', change: { scope: '' } },
      { error: 'invalid_scope', when: 'a scope is unknown', change: { scope: 'x:y' } },
      { error: 'invalid_target', when: 'a resource is unknown', change: { resource: 'https://x' } },
    ])('$error when $when', async ({ error, change }) => {
      expect(await ask(change)).toMatchObject({ status: 400, body: { error } })
      await enableAccount('alice', door().accounts)
    })

    test.for([
      { who: 'an application without the grant', headers: basic('web'), change: {} },
      { who: 'a public application', headers: {}, change: { client_id: 'spa' } },
    ])('is refused to $who', async ({ headers, change }) => {
      expect(await ask(change, headers)).toMatchObject({ body: { error: 'unauthorized_client' } })
    })

    test('wants the secret', async () => {
      expect(await ask({}, basic('legacy', 'wrong'))).toMatchObject({ status: 401 })
      expect(await ask({ client_id: 'legacy' }, {})).toMatchObject({ status: 401 })
    })

    test('says the same to who is wrong, unknown, locked and disabled', async () => {
      const bob = (password = PASSWORD) => ask({ username: 'bob', password })
      const wrong = await bob('wrong')
      expect(wrong.status).toBe(400)
      const told = ({ body }: Awaited<ReturnType<typeof ask>>) => [
        body.error,
        body.error_description,
      ]
      expect(told(await ask({ username: 'nobody' }))).toEqual(told(wrong))
      await times(10, () => bob('wrong'))
      expect(told(await bob())).toEqual(told(wrong))
      await enableAccount('bob', door().accounts)
      expect((await bob()).status).toBe(200)
      await disableAccount('bob', door().accounts)
      expect(told(await bob())).toEqual(told(wrong))
      await enableAccount('bob', door().accounts)
    })

    test('of any number of guesses at once only as many count as the lock allows', async () => {
      const right = await ask({ username: 'bob' })
      expect(right.status).toBe(200)
      await times(5, () => ask({ username: 'bob', password: 'wrong' }))
      const after = await times(5, () => ask({ username: 'bob' }))
      expect(new Set(after.map(({ body }) => body.error))).toEqual(new Set(['invalid_grant']))
      clock.forward(901)
      expect((await ask({ username: 'bob' })).status).toBe(200)
    })

    test('what it gave is revoked, and ends with the person', async () => {
      const { body } = await ask()
      expect((await post('/revoke', { token: body.refresh_token })).status).toBe(200)
      expect(await userinfo(body.access_token)).toBe(401)
      const other = (await ask()).body
      await disableAccount('alice', door().accounts)
      expect(await userinfo(other.access_token)).toBe(401)
      const refresh = { grant_type: 'refresh_token', refresh_token: other.refresh_token }
      expect((await post('/token', refresh)).body.error).toBe('invalid_grant')
      await enableAccount('alice', door().accounts)
    })

    test('is published while it is in force and ends on its day', async () => {
      expect((await metadata()).grant_types_supported).toContain('password')
      const left = PASSWORDS_UNTIL - toSeconds(clock.milliseconds())
      clock.forward(left - 1)
      expect((await ask({ scope: 'openid' })).status).toBe(200)
      clock.forward(1)
      expect(await ask()).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
      expect((await metadata()).grant_types_supported).not.toContain('password')
    })
  })
})
