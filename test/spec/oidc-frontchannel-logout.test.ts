import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import type { Page } from '../support/user-agent.ts'
import { tokensFor, visitor } from '../support/visitor.ts'

const attributes = (html: string, pattern: RegExp): readonly string[] =>
  [...html.matchAll(pattern)].map(([, value]) => (value ?? '').replaceAll('&amp;', '&'))
const framesIn = ({ html }: Page) => attributes(html, /<iframe src="([^"]*)"/g)
const policyOf = ({ headers }: Page) => headers.get('content-security-policy') ?? ''

eachDoor(({ door }) => {
  const bye = () => `${door().home}/bye`

  /** Somebody signed in at these, with the ID token that each has. */
  const signedIn = async (...clientIds: readonly string[]) => {
    const someone = visitor(door())
    const tokens: Record<string, string> = {}
    for (const clientId of clientIds) {
      const page = await someone.ask({ client_id: clientId })
      const answer = page.url.searchParams.has('code') ? page : await someone.enter(page)
      tokens[clientId] = String((await tokensFor(door(), answer, clientId)).body.id_token)
    }
    const logout = (query: Readonly<Record<string, string>>) =>
      someone.agent.open(`${door().issuer}/logout?${new URLSearchParams(query)}`, bye())
    return { someone, tokens, logout }
  }

  describe('L6 OpenID Connect Front-Channel Logout 1.0', () => {
    test('its metadata says that it is supported, with sessions', async () => {
      const answer = await fetch(`${door().issuer}/.well-known/openid-configuration`)
      expect(await answer.json()).toMatchObject({
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
      })
    })

    test('§3: a frame for each application, with iss and sid, and then back', async () => {
      const { tokens, logout } = await signedIn('framed', 'framed-elsewhere', 'own')
      const page = await logout({
        id_token_hint: tokens.framed ?? '',
        post_logout_redirect_uri: bye(),
        state: 'a"b&c=<d>',
      })
      expect([page.status, page.url.pathname]).toEqual([200, '/acme/logout'])
      const { iss, sid } = decodeJwt(tokens.framed ?? '')
      const named = new URLSearchParams({ iss: String(iss), sid: String(sid) })
      expect(framesIn(page).toSorted()).toEqual(
        [`${door().home}/frame?kept=a&${named}`, 'https://frames.example/out'].toSorted(),
      )
      const back = `${bye()}?${new URLSearchParams({ state: 'a"b&c=<d>' })}`
      expect(attributes(page.html, /<a id="on" class="button" href="([^"]*)"/g)).toEqual([back])
      expect(attributes(page.html, /http-equiv="refresh" content="([^"]*)"/g)).toEqual([
        `3; url=${back}`,
      ])
    })

    test('the policy names the origins of the frames, one script, and nothing wider', async () => {
      const { tokens, logout } = await signedIn('framed', 'framed-elsewhere')
      const page = await logout({
        id_token_hint: tokens.framed ?? '',
        post_logout_redirect_uri: bye(),
      })
      const frames = /frame-src ([^;]*)/.exec(policyOf(page))?.[1]?.split(' ') ?? []
      expect(frames.toSorted()).toEqual([door().home, 'https://frames.example'].toSorted())
      expect(policyOf(page)).toMatch(/script-src 'sha256-[^' ]+';/)
      expect(policyOf(page)).not.toContain('unsafe')
    })

    test('without a way back the page stays, without script', async () => {
      const { tokens, logout } = await signedIn('framed')
      const page = await logout({ id_token_hint: tokens.framed ?? '' })
      expect(framesIn(page)).toHaveLength(1)
      expect(page.html).not.toMatch(/http-equiv="refresh"|<script/)
      expect(policyOf(page)).not.toContain('script-src')
    })

    test('whoever was asked first has frames, too', async () => {
      const { someone, logout } = await signedIn('framed')
      const asked = await logout({ client_id: 'framed', post_logout_redirect_uri: bye() })
      expect([framesIn(asked), asked.html.includes('Sign out?')]).toEqual([[], true])
      const gone = await someone.press(asked, 'logout')
      expect(framesIn(gone)).toHaveLength(1)
      expect(gone.html).not.toContain(bye())
    })

    test('an application that was not used, and a second sign-out, have none', async () => {
      const { tokens, logout } = await signedIn('framed-elsewhere')
      const query = { id_token_hint: tokens['framed-elsewhere'] ?? '' }
      expect(framesIn(await logout(query))).toEqual(['https://frames.example/out'])
      expect(framesIn(await logout(query))).toEqual([])
    })
  })
})
