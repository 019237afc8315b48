import { createHash, randomBytes } from 'node:crypto'
import { signIn } from './sign-in.ts'
import { type UserAgent, userAgent } from './user-agent.ts'

/** A relying party that can also do what a correct one never would. */
export interface Party {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  readonly redirectUri: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export const aParty = (issuer: string, change: Partial<Party> = {}): Party => ({
  issuer,
  clientId: 'web',
  secret: 'web-secret',
  redirectUri: 'http://127.0.0.1:8400/callback',
  ...change,
})

/** POSTs a form with the party's credentials in it, and reads the JSON that comes back. */
export async function post(
  party: Party,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<Answer> {
  const body = new URLSearchParams({
    client_id: party.clientId,
    client_secret: party.secret,
    ...form,
  })
  const answer = await fetch(`${party.issuer}${path}`, { method: 'POST', body })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? {} : JSON.parse(text),
  }
}

export interface Asked {
  readonly url: URL
  readonly verifier: string
}

export function authorizationUrl(
  party: Party,
  change: Readonly<Record<string, string>> = {},
): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL(`${party.issuer}/authorize`)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: party.clientId,
    redirect_uri: party.redirectUri,
    scope: 'openid offline_access read',
    state: 'state',
    nonce: 'nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  }).toString()
  return { url, verifier }
}

export interface Code {
  readonly code: string
  readonly verifier: string
}

/** Signs in and comes back with a code that nobody has used yet. */
export async function aCode(
  party: Party,
  change: Readonly<Record<string, string>> = {},
  agent: UserAgent = userAgent(),
): Promise<Code> {
  const { url, verifier } = authorizationUrl(party, change)
  const callback = await signIn({ agent, url, redirectUri: party.redirectUri })
  const code = callback.searchParams.get('code')
  if (code === null) throw new Error(`no code in ${callback.href}`)
  return { code, verifier }
}

export const redeem = (party: Party, { code, verifier }: Code): Promise<Answer> =>
  post(party, '/token', {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: party.redirectUri,
  })

export const refresh = (party: Party, token: string): Promise<Answer> =>
  post(party, '/token', { grant_type: 'refresh_token', refresh_token: token })

export const userinfo = (party: Party, token: string): Promise<Response> =>
  fetch(`${party.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
