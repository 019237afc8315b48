import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  aCode,
  aParty,
  authorizationUrl,
  type Party,
  post,
  redeem,
  refresh,
  userinfo,
} from '../support/client.ts'
import { type ReverseProxy, reverseProxy } from '../support/reverse-proxy.ts'
import type { Serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { twoServers } from '../support/two-servers.ts'
import { userAgent } from '../support/user-agent.ts'

/** The set-up that the README has under "Scaling out", with a proxy that sends each request elsewhere. */
describe('two servers behind a proxy, on postgres', () => {
  const ends: (() => unknown)[] = []
  let proxy: ReverseProxy
  let one: Serving
  let other: Serving
  /** By way of the proxy, and each server by itself. */
  let parties: { readonly all: Party; readonly one: Party; readonly other: Party }

  beforeAll(async () => {
    const { port, servers } = await twoServers(ends)
    ;[one, other] = servers
    proxy = await reverseProxy(port, [one.url, other.url])
    ends.push(() => proxy.close())
    parties = {
      all: aParty(`${proxy.url}/ours`),
      one: aParty(one.issuer('ours')),
      other: aParty(other.issuer('ours')),
    }
  }, 60_000)
  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  test('the issuer is the address of the proxy, at both', async () => {
    for (const server of [proxy.url, one.url, other.url]) {
      const answer = await fetch(`${server}/ours/.well-known/openid-configuration`)
      expect(await answer.json()).toMatchObject({ issuer: `${proxy.url}/ours` })
    }
  })

  test('a sign-in goes from one to the other at each step, and so does a family', async () => {
    const before = proxy.asked.length
    const first = await redeem(parties.one, await aCode(parties.all))
    expect(first.status).toBe(200)
    const sign = proxy.asked.slice(before).map(({ server }) => server)
    expect(new Set(sign)).toEqual(new Set([one.url, other.url]))

    let token = String(first.body.refresh_token)
    for (const party of [parties.other, parties.one, parties.other, parties.all, parties.all]) {
      const { status, body } = await refresh(party, token)
      expect(status).toBe(200)
      expect((await userinfo(parties.one, String(body.access_token))).status).toBe(200)
      expect((await userinfo(parties.other, String(body.access_token))).status).toBe(200)
      token = String(body.refresh_token)
    }
  })

  test('a code of one is redeemed at the other, once', async () => {
    for (const [from, to, late] of [
      [one, parties.other, parties.one],
      [other, parties.one, parties.other],
    ] as const) {
      proxy.only(from.url)
      const code = await aCode(parties.all)
      proxy.only()
      const { status, body } = await redeem(to, code)
      expect(status).toBe(200)
      expect((await redeem(late, code)).status).toBe(400)
      expect((await refresh(to, String(body.refresh_token))).status).toBe(400)
    }
  })

  test('who signs out at one is signed out at the other, within a second', async () => {
    const agent = userAgent()
    const code = await aCode(parties.all, { scope: 'openid open' }, agent)
    const { body } = await redeem(parties.all, code)
    const isActive = async (party: Party) =>
      (await post(party, '/introspect', { token: String(body.access_token) })).body.active
    const silently = async () => {
      const { url } = authorizationUrl(parties.all, { prompt: 'none' })
      const { redirectUri } = parties.all
      return (await signIn({ agent, url, redirectUri })).searchParams.get('error')
    }
    proxy.only(other.url)
    expect([await silently(), await isActive(parties.other)]).toEqual([null, true])
    proxy.only(one.url)
    await agent.open(`${proxy.url}/ours/logout?id_token_hint=${body.id_token}`)
    proxy.only(other.url)
    const ended = performance.now()
    expect([await silently(), await isActive(parties.other)]).toEqual(['login_required', false])
    expect(performance.now() - ended).toBeLessThan(1000)
    proxy.only()
  })

  test('the log tells the address of the browser, not that of the proxy', async () => {
    await fetch(`${proxy.url}/ours/nothing`)
    await fetch(`${proxy.url}/ours/nothing`)
    for (const server of [one, other])
      await expect.poll(() => server.running.stderr()).toContain('"clientAddress":"203.0.113.9"')
  })
})
