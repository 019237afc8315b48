import { decodeJwt } from 'jose'
import { type Door, PASSWORD } from './door.ts'
import { basic, CHALLENGE, type Form, VERIFIER } from './provider.ts'
import { type Page, userAgent } from './user-agent.ts'

/** One valid authorization request. A change to the empty string leaves a parameter out. */
export const requestTo = ({ home }: Door, change: Form = {}): URLSearchParams =>
  new URLSearchParams(
    Object.entries({
      client_id: 'own',
      redirect_uri: `${home}/callback`,
      response_type: 'code',
      scope: 'openid email orders:read',
      state: 's-1',
      nonce: 'n-1',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...change,
    }).filter(([, value]) => value !== ''),
  )

export const authorizeUrl = (door: Door, change: Form = {}): string =>
  `${door.issuer}/authorize?${requestTo(door, change)}`

/** Somebody with a browser of their own, asked by an application that may skip consent. */
export function visitor(door: Door) {
  const agent = userAgent()
  const stopAt = (change: Form) => change.redirect_uri ?? `${door.home}/callback`
  const ask = (change: Form = {}): Promise<Page> =>
    agent.open(authorizeUrl(door, change), stopAt(change))
  const press = (page: Page, action: string, fields: Form = {}, change: Form = {}): Promise<Page> =>
    agent.submit(page, { ...fields, action }, stopAt(change))
  const enter = (page: Page, username = 'alice', password = PASSWORD): Promise<Page> =>
    press(page, 'sign-in', { username, password })

  return {
    agent,
    /** Where a request leads: to a page of ours, or with an answer to the application. */
    ask,
    press,
    enter,
    /** Asks, and signs in on the page that comes. */
    signIn: async (change: Form = {}, username = 'alice') => enter(await ask(change), username),
    /** The page as this browser would get it, one step and no further. */
    fetch: (url: string | URL, init: RequestInit = {}) =>
      fetch(url, {
        redirect: 'manual',
        ...init,
        headers: { cookie: agent.cookies(), ...init.headers },
      }),
  }
}

export type Visitor = ReturnType<typeof visitor>

/** What an answer says to the application. */
export const answerAt = ({ url }: Page): Form => Object.fromEntries(url.searchParams)

/** The code of an answer for its tokens. */
export async function tokensFor(
  door: Door,
  page: Pick<Page, 'url'>,
  clientId = 'own',
  change: Form = {},
) {
  const reply = await fetch(`${door.issuer}/token`, {
    method: 'POST',
    headers: basic(clientId),
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: page.url.searchParams.get('code') ?? '',
      redirect_uri: `${door.home}/callback`,
      code_verifier: VERIFIER,
      ...change,
    }),
  })
  const body = await reply.json()
  return { status: reply.status, body, claims: body.id_token ? decodeJwt(body.id_token) : {} }
}
