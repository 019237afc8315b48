import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXTENDED, servingExtended } from '../support/extensions.ts'
import type { Serving } from '../support/serving.ts'
import { ALICE } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const { device, scope } = EXTENDED

describe.each(stores)('openid-client, unmodified, as a device, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  let issuer: string
  let tv: client.Configuration

  beforeAll(async () => {
    database = await engine.fresh()
    server = await servingExtended(database.url, 'http://127.0.0.1:8400')
    issuer = server.issuer('acme')
    tv = await client.discovery(new URL(issuer), device.id, undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    })
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
  })

  /** Somebody with a telephone: follows the address, signs in, types and decides. */
  async function decide(asked: client.DeviceAuthorizationResponse, action: 'allow' | 'deny') {
    const agent = userAgent()
    const login = await agent.open(asked.verification_uri_complete ?? '')
    const filled = await agent.submit(login, { ...ALICE, action: 'sign-in' })
    expect(filled.html).toContain(`value="${asked.user_code}"`)
    const code = { user_code: asked.user_code, action: 'continue' }
    const shown = await agent.submit(filled, code)
    expect(shown.html).toContain('Television')
    return agent.submit(shown, { action })
  }

  test('asks, polls, reads userinfo and refreshes', async () => {
    const asked = await client.initiateDeviceAuthorization(tv, { scope })
    expect(asked).toMatchObject({ interval: 1, verification_uri: `${issuer}/device` })
    const polling = client.pollDeviceAuthorizationGrant(tv, asked)
    expect((await decide(asked, 'allow')).html).toContain('Your device is connected')
    const tokens = await polling
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: device.id })
    const sub = tokens.claims()?.sub ?? ''
    const person = await client.fetchUserInfo(tv, tokens.access_token, sub)
    expect(person).toMatchObject({ sub, email: 'alice@acme.example' })
    const next = await client.refreshTokenGrant(tv, tokens.refresh_token ?? '')
    expect(next.access_token).not.toBe(tokens.access_token)
    // A device code is spent once.
    await expect(client.pollDeviceAuthorizationGrant(tv, asked)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('is told that the person said no', async () => {
    const asked = await client.initiateDeviceAuthorization(tv, { scope })
    await decide(asked, 'deny')
    await expect(client.pollDeviceAuthorizationGrant(tv, asked)).rejects.toMatchObject({
      error: 'access_denied',
    })
  })
})
