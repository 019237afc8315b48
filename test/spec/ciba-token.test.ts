import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { NOW } from '../support/builders.ts'
import { aCibaProvider, type CibaProvider } from '../support/ciba.ts'
import { eachStore } from '../support/each-store.ts'
import { basic, type Form } from '../support/provider.ts'
import { times } from '../support/rows.ts'

eachStore((open) => {
  let provider: CibaProvider
  beforeAll(async () => {
    provider = await aCibaProvider(await open())
  })
  const ask: CibaProvider['ask'] = (...args) => provider.ask(...args)
  const poll: CibaProvider['poll'] = (...args) => provider.poll(...args)

  describe('CIBA §10.1 and §11 token request (C4)', () => {
    async function asked(change: Form = {}) {
      const user = await provider.somebody()
      const { body } = await ask({ login_hint: user.username, ...change })
      return { id: body.auth_req_id as string, user }
    }

    test('waits, and counts the polls that come too early', async () => {
      const { id } = await asked()
      const error = async (seconds: number) =>
        (await poll(id, basic(), seconds)).body.error as string
      expect(await error(0)).toBe('authorization_pending')
      expect(await error(4)).toBe('slow_down')
      expect(await error(13)).toBe('slow_down')
      expect(await error(28)).toBe('authorization_pending')
      expect(await error(43)).toBe('authorization_pending')
      expect(await error(57)).toBe('slow_down')
    })

    test('an answer is told at once, however often was polled', async () => {
      const { id, user } = await asked()
      await times(5, () => poll(id))
      await provider.answer(user.uid, true)
      expect(await poll(id)).toMatchObject({ status: 200 })
    })

    test('what the person allowed', async () => {
      const { id, user } = await asked({ scope: 'openid email offline_access orders:read' })
      const { sid } = { sid: expect.any(String) }
      await provider.answer(user.uid, true)
      const { status, body } = await poll(id)
      expect(status).toBe(200)
      expect(body).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
        refresh_token: expect.any(String),
        id_token: expect.any(String),
        scope: 'openid email offline_access orders:read',
      })
      const claims = decodeJwt(body.id_token)
      expect(claims).toMatchObject({ sub: user.sub, aud: 'web', auth_time: NOW, acr: '1', sid })
      // CIBA §10.3.1: the claim that names the request is for pushed tokens.
      expect(Object.keys(claims).filter((name) => name.startsWith('urn:'))).toEqual([])
      expect(decodeJwt(body.access_token)).toMatchObject({ aud: 'https://api.acme.example' })
      const refreshed = await provider.post(
        '/token',
        { grant_type: 'refresh_token', refresh_token: body.refresh_token },
        basic(),
      )
      expect(refreshed.status).toBe(200)
    })

    test('no refresh token without offline_access', async () => {
      const { id, user } = await asked()
      await provider.answer(user.uid, true)
      expect((await poll(id)).body).not.toHaveProperty('refresh_token')
    })

    test('of 50 polls at once one gets tokens', async () => {
      const { id, user } = await asked()
      await provider.answer(user.uid, true)
      const answers = await times(50, () => poll(id))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const rest = answers.filter(({ status }) => status !== 200)
      for (const { body } of rest) expect(body.error).toBe('invalid_grant')
    })

    test('access_denied when the person denied it', async () => {
      const { id, user } = await asked()
      await provider.answer(user.uid, false)
      expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'access_denied' } })
    })

    test.for([
      { when: 'nobody answered', isAnswered: false },
      { when: 'the tokens were not collected', isAnswered: true },
    ])('expired_token when its time is over and $when', async ({ isAnswered }) => {
      const { id, user } = await asked({ requested_expiry: '10' })
      if (isAnswered) await provider.answer(user.uid, true)
      const { status, body } = await poll(id, basic(), 10)
      expect([status, body.error]).toEqual([400, 'expired_token'])
    })

    test.for([
      { when: 'auth_req_id is of another client', clientId: 'other', change: {} },
      { when: 'auth_req_id is made up', clientId: 'web', change: { auth_req_id: 'x'.repeat(51) } },
    ])('invalid_grant when $when', async ({ clientId, change }) => {
      const { id, user } = await asked()
      await provider.answer(user.uid, true)
      const answered = await poll(change.auth_req_id ?? id, basic(clientId))
      expect(answered).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
      expect(await poll(id)).toMatchObject({ status: 200 })
    })

    test.for([
      { when: 'the session has ended', end: 'session' },
      { when: 'the person was disabled', end: 'person' },
    ])('invalid_grant when $when', async ({ end }) => {
      const { id, user } = await asked()
      const session = await provider.answer(user.uid, true)
      if (end === 'session') await provider.store.sessions.end(session.uid, NOW)
      else await provider.store.users.disable(user.uid, NOW)
      expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    })

    test('unauthorized_client without the grant, invalid_request without auth_req_id', async () => {
      const { id } = await asked()
      expect(await poll(id, basic('without'))).toMatchObject({
        body: { error: 'unauthorized_client' },
      })
      expect(await poll('')).toMatchObject({ body: { error: 'invalid_request' } })
    })
  })
})
