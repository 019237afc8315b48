import { decodeJwt } from 'jose'
import { digest } from '../../base/digest.ts'
import { type Random, randomToken } from '../../base/random.ts'
import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'

/** Which application is played, and where its answers go. */
export interface Part {
  readonly tenant: Tenant
  readonly application: Application
  readonly redirectUri: URL
}

/** What an application remembers of a sign-in under way. */
export interface Begun {
  readonly state: string
  readonly verifier: string
}

export const begin = (random: Random): Begun => ({
  state: randomToken(random),
  verifier: randomToken(random),
})

/** The authorization request, for everything that the application may ask. */
export function ask({ tenant, application, redirectUri }: Part, begun: Begun): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: application.clientId,
    redirect_uri: redirectUri.href,
    scope: [...application.scopes].join(' '),
    state: begun.state,
    code_challenge: digest(begun.verifier),
    code_challenge_method: 'S256',
  })
  return `${tenant.issuer}/authorize?${query}`
}

/** What the application was told, in words. */
export async function take(
  params: URLSearchParams,
  { tenant, application, redirectUri }: Part,
  { verifier }: Begun,
  secret: string,
): Promise<string> {
  const code = params.get('code')
  if (code === null) return `${application.displayName} was told: ${params.get('error')}`
  const form = {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri.href,
  }
  const request = withCredentials(application, secret, form)
  const answer = await fetch(`${tenant.issuer}/token`, request)
  const tokens = (await answer.json()) as Readonly<Record<string, unknown>>
  return answer.ok ? told(application, tokens, tenant.issuer) : JSON.stringify(tokens, null, 2)
}

function withCredentials(
  { clientId, authMethod }: Application,
  secret: string,
  form: Readonly<Record<string, string>>,
): RequestInit {
  const body = new URLSearchParams(form)
  if (authMethod === 'client_secret_basic' || authMethod === 'client_secret') {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`
    const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    return { method: 'POST', headers: { authorization }, body }
  }
  body.set('client_id', clientId)
  if (authMethod === 'client_secret_post') body.set('client_secret', secret)
  return { method: 'POST', body }
}

function told(
  application: Application,
  tokens: Readonly<Record<string, unknown>>,
  issuer: string,
): string {
  const claims = typeof tokens.id_token === 'string' ? decodeJwt(tokens.id_token) : {}
  return `${application.displayName} knows who you are. Its ID token says:

${JSON.stringify(claims, null, 2)}

What it may do: ${tokens.scope}

To ask for more, as the application would:

curl -H 'Authorization: Bearer ${tokens.access_token}' ${issuer}/userinfo

To sign out: ${issuer}/logout`
}
