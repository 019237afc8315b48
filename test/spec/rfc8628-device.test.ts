import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { decide, signedInAt, television, typeCode } from '../support/device.ts'
import { eachDoor } from '../support/each-door.ts'
import { basic, bearer } from '../support/provider.ts'
import { times } from '../support/rows.ts'
import { requestTo } from '../support/visitor.ts'

const CODE = /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/

eachDoor(({ door, clock }) => {
  describe('RFC 8628 §3.2 device authorization response', () => {
    test('gives two codes and says where the short one is typed', async () => {
      const { status, headers, body } = await television(door()).ask()
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(body).toEqual({
        device_code: expect.stringMatching(/^[\w-]{51}$/),
        user_code: expect.stringMatching(CODE),
        verification_uri: `${door().issuer}/device`,
        verification_uri_complete: `${door().issuer}/device?user_code=${body.user_code}`,
        expires_in: 600,
        interval: 5,
      })
    })

    test('is published', async () => {
      const reply = await fetch(`${door().issuer}/.well-known/openid-configuration`)
      expect(await reply.json()).toMatchObject({
        device_authorization_endpoint: `${door().issuer}/device_authorization`,
        grant_types_supported: expect.arrayContaining([
          'urn:ietf:params:oauth:grant-type:device_code',
        ]),
      })
    })

    test.for([
      { error: 'invalid_client', when: 'nobody asks', change: { client_id: '' } },
      { error: 'invalid_client', when: 'the client is unknown', change: { client_id: 'nobody' } },
      { error: 'invalid_client', when: 'it is disabled', change: { client_id: 'off' } },
      { error: 'invalid_client', when: 'a secret is missing', change: { client_id: 'station' } },
      { error: 'unauthorized_client', when: 'it has no such grant', change: { client_id: 'spa' } },
      { error: 'invalid_scope', when: 'no scope is asked', change: { scope: '' } },
      { error: 'invalid_scope', when: 'a scope is unknown', change: { scope: 'openid x:y' } },
      {
        error: 'invalid_scope',
        when: 'a scope is not its own',
        change: { client_id: 'radio', scope: 'email' },
      },
      { error: 'invalid_target', when: 'a resource is unknown', change: { resource: 'https://x' } },
      {
        error: 'invalid_target',
        when: 'a scope is of another resource',
        change: { resource: 'https://bills.acme.example/' },
      },
    ])('$error when $when', async ({ error, change }) => {
      const { status, body } = await television(door()).ask(change)
      expect([status, body.error]).toEqual([error === 'invalid_client' ? 401 : 400, error])
    })

    test('a confidential client proves itself', async () => {
      const station = television(door(), 'station', basic('station'))
      expect((await station.ask()).status).toBe(200)
      const liar = television(door(), 'station', basic('station', 'wrong'))
      expect((await liar.ask()).body.error).toBe('invalid_client')
    })

    test('takes POST', async () => {
      expect((await fetch(`${door().issuer}/device_authorization`)).status).toBe(405)
    })
  })

  describe('RFC 8628 §3.5 device access token response', () => {
    test('nobody has decided, and who asks too soon waits longer each time', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      const answers: string[] = []
      for (const pause of [0, 5, 4, 9, 15, 14, 20]) {
        clock.forward(pause)
        const { status, body } = await tv.poll(asked)
        expect(status).toBe(400)
        answers.push(body.error ?? '')
      }
      const [pending, hasty] = ['authorization_pending', 'slow_down']
      expect(answers).toEqual([pending, pending, hasty, hasty, pending, hasty, pending])
    })

    test('allowed, it gets what was asked for', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      const alice = await signedInAt(door())
      const page = await decide(alice, door(), asked)
      expect(page.html).toContain('You can go back to your device')
      const { status, headers, body } = await tv.poll(asked)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(body).toEqual({
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        id_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
        scope: 'openid email offline_access orders:read',
      })
      const id = decodeJwt(body.id_token ?? '')
      expect(id).toMatchObject({ iss: door().issuer, aud: 'tv', acr: '1', amr: ['pwd'] })
      expect(id).toMatchObject({ sid: expect.any(String), auth_time: expect.any(Number) })
      expect(id).not.toHaveProperty('nonce')
      const refreshed = await tv.post('/token', {
        client_id: 'tv',
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token ?? '',
      })
      expect(refreshed.status).toBe(200)
    })

    test('the token is for the resource that was named', async () => {
      const tv = television(door())
      const asked = await tv.ask({
        scope: 'openid bills:read',
        resource: 'https://bills.acme.example',
      })
      await decide(await signedInAt(door()), door(), asked)
      const elsewhere = await tv.poll(asked, { resource: 'https://api.acme.example' })
      expect(elsewhere.body.error).toBe('invalid_target')
      const { body } = await tv.poll(asked)
      expect(body).toMatchObject({ scope: 'openid bills:read', expires_in: 300 })
      expect(body).not.toHaveProperty('refresh_token')
    })

    test('of 50 polls at once one gets tokens, and what it got ends', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      await decide(await signedInAt(door()), door(), asked)
      const answers = await times(50, () => tv.poll(asked))
      const won = answers.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      expect(
        new Set(answers.filter((each) => !won.includes(each)).map(({ body }) => body.error)),
      ).toEqual(new Set(['invalid_grant']))
      const headers = bearer(won[0]?.body.access_token ?? '')
      expect((await fetch(`${door().issuer}/userinfo`, { headers })).status).toBe(401)
    })

    test('a replay is refused and ends what was issued', async () => {
      const tv = television(door())
      const asked = await tv.ask({ scope: 'openid email offline_access' })
      await decide(await signedInAt(door()), door(), asked)
      const { body } = await tv.poll(asked)
      const userinfo = () =>
        fetch(`${door().issuer}/userinfo`, { headers: bearer(body.access_token ?? '') })
      expect((await userinfo()).status).toBe(200)
      expect((await tv.poll(asked)).body.error).toBe('invalid_grant')
      expect((await userinfo()).status).toBe(401)
      const refreshed = await tv.post('/token', {
        client_id: 'tv',
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token ?? '',
      })
      expect(refreshed.body.error).toBe('invalid_grant')
    })

    test('another client’s code is refused and stays good for its own', async () => {
      const tv = television(door())
      const asked = await tv.ask({ scope: 'openid' })
      await decide(await signedInAt(door()), door(), asked)
      const radio = television(door(), 'radio')
      expect((await radio.poll(asked)).body.error).toBe('invalid_grant')
      expect((await tv.poll(asked)).status).toBe(200)
    })

    test('denied', async () => {
      const tv = television(door())
      const asked = await tv.ask()
      const page = await decide(await signedInAt(door()), door(), asked, 'deny')
      expect(page.html).toContain('refused')
      for (const _ of [1, 2]) {
        const { status, body } = await tv.poll(asked)
        expect([status, body.error]).toEqual([400, 'access_denied'])
      }
    })

    test.for(['undecided', 'allowed'])('expired, %s', async (how) => {
      const tv = television(door())
      const asked = await tv.ask()
      if (how === 'allowed') await decide(await signedInAt(door()), door(), asked)
      clock.forward(599)
      if (how === 'undecided')
        expect((await tv.poll(asked)).body.error).toBe('authorization_pending')
      clock.forward(1)
      expect((await tv.poll(asked)).body.error).toBe('expired_token')
      const page = await typeCode(await signedInAt(door()), door(), asked.body.user_code ?? '')
      expect([page.status, page.html.includes('no longer valid')]).toEqual([400, true])
    })

    test('without offline access it ends with the session that allowed it', async () => {
      const tv = television(door())
      const asked = await tv.ask({ scope: 'openid' })
      const alice = await signedInAt(door())
      await decide(alice, door(), asked)
      await alice.press(await alice.agent.open(`${door().issuer}/logout`), 'logout')
      expect((await tv.poll(asked)).body.error).toBe('invalid_grant')
    })

    test.for([
      { when: 'the code is absent', change: { device_code: '' }, error: 'invalid_request' },
      { when: 'the code is made up', change: { device_code: 'guess' }, error: 'invalid_grant' },
      {
        when: 'the client may not',
        change: { client_id: 'spa' },
        error: 'unauthorized_client',
      },
    ])('$error when $when', async ({ change, error }) => {
      const tv = television(door())
      expect((await tv.poll(await tv.ask(), change)).body.error).toBe(error)
    })
  })

  test('a device code is no authorization code, and the other way round', async () => {
    const tv = television(door())
    const asked = await tv.ask()
    const alice = await signedInAt(door())
    await decide(alice, door(), asked)
    const asCode = await tv.post('/token', {
      ...Object.fromEntries(requestTo(door())),
      grant_type: 'authorization_code',
      client_id: 'spa',
      code: asked.body.device_code ?? '',
    })
    expect(asCode.body.error).toBe('invalid_grant')
    expect((await tv.poll(asked)).status).toBe(200)
  })
})
