import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { type Door, openDoor, PASSWORD } from '../support/door.ts'
import { call } from '../support/over-tls.ts'
import { authorizeUrl, requestTo } from '../support/visitor.ts'

describe('RFC 6265 cookies over https', () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor({ tls: selfSigned() })
  })
  afterAll(() => door.close())

  test('of a tenant below a host are secure, and stay below its path', async () => {
    const asked = await call(authorizeUrl(door))
    const [flow = ''] = [asked.headers['set-cookie'] ?? []].flat()
    expect(flow).toMatch(/^__Secure-tokenidp-flow-[\w-]{12}-uid-acme=[\w-]{43};/)
    const attributes = ['HttpOnly', 'Max-Age=1800', 'Path=/acme', 'SameSite=Lax', 'Secure']
    expect(attributesOf(flow)).toEqual(attributes)

    const [cookie = ''] = flow.split(';')
    const address = new URL(String(asked.headers.location), door.origin).href
    const page = await call(address, { headers: { cookie } })
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
    const entered = await call(address, {
      method: 'POST',
      headers: {
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        origin: door.origin,
        'sec-fetch-site': 'same-origin',
      },
      body: `${new URLSearchParams({ username: 'alice', password: PASSWORD, action: 'sign-in', csrf })}`,
    })
    expect(entered.headers.location).toContain('/callback?code=')
    const [over = '', session = '', browser = ''] = [entered.headers['set-cookie'] ?? []].flat()
    expect(over).toBe(
      `${cookie.split('=')[0]}=; Max-Age=0; Path=/acme; HttpOnly; Secure; SameSite=Lax`,
    )
    expect(session).toMatch(/^__Secure-tokenidp-session-uid-acme=[\w-]{43};/)
    expect(attributesOf(session)).toEqual(attributes.with(1, 'Max-Age=86400'))
    expect(browser).toMatch(/^__Secure-tokenidp-browser-uid-acme=[\w-]{43};/)
    expect(attributesOf(browser)).toEqual(attributes.with(1, 'Max-Age=34560000'))

    // A cookie that http could have set is not the one that https reads.
    const weak = session.split(';')[0]?.replace('__Secure-', '') ?? ''
    const silent = await call(authorizeUrl(door, { prompt: 'none' }), { headers: { cookie: weak } })
    expect(silent.headers.location).toContain('error=login_required')
  })

  test('of a tenant with a host of its own are of that host alone', async () => {
    const redirect_uri = 'https://web.example/callback'
    const query = requestTo(door, { client_id: 'web', redirect_uri })
    const asked = await call(`${door.origin}/authorize?${query}`, {
      headers: { host: 'login.hosted.example' },
    })
    const [flow = ''] = [asked.headers['set-cookie'] ?? []].flat()
    expect(flow).toMatch(/^__Host-tokenidp-flow-[\w-]{12}-uid-hosted=/)
    expect(attributesOf(flow)).toEqual([
      'HttpOnly',
      'Max-Age=1800',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ])
  })
})

describe('RFC 6265 cookies over http, for development', () => {
  let door: Door
  beforeAll(async () => {
    door = await openDoor()
  })
  afterAll(() => door.close())

  test('have no prefix and are not secure, and are else the same', async () => {
    const reply = await fetch(authorizeUrl(door), { redirect: 'manual' })
    const [flow = '', ...more] = reply.headers.getSetCookie()
    expect(flow).toMatch(/^tokenidp-flow-[\w-]{12}-uid-acme=[\w-]{43};/)
    expect(attributesOf(flow)).toEqual(['HttpOnly', 'Max-Age=1800', 'Path=/acme', 'SameSite=Lax'])
    expect(more).toEqual([])
  })
})

const attributesOf = (cookie: string): readonly string[] => cookie.split(/;\s*/).slice(1).sort()
