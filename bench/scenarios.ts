import { API, CLIENT_SECRET, type Format } from './setting.ts'

export type Store = 'memory' | 'sqlite' | 'postgres'

/** One kind of request, sent to two servers in turn. */
export interface Scenario {
  readonly name: string
  readonly format: Format
  readonly store: Exclude<Store, 'memory'>
  /** What the peer keeps its things in. */
  readonly peer: Store
  /** How many times as many requests as the peer, and how many times less processor time for each. */
  readonly goal: { readonly requests: number; readonly cpu?: number }
  readonly ask: 'token' | 'introspect' | 'discovery' | 'jwks' | 'userinfo'
  /** The least that can be done is measured beside it. */
  readonly hasFloor?: boolean
}

const FAST = { requests: 2.5, cpu: 2.5 }
const RSA = { requests: 1.4, cpu: 1.4 }
const token = { store: 'sqlite', peer: 'memory', ask: 'token', hasFloor: true } as const
const onPostgres = { store: 'postgres', peer: 'postgres', ask: 'token' } as const
const opaque = { format: 'opaque', store: 'sqlite', peer: 'memory' } as const
const introspected = { requests: 2.2, cpu: 2.3 }

export const SCENARIOS: readonly Scenario[] = [
  { ...token, name: 'token opaque', format: 'opaque', goal: FAST },
  { ...token, name: 'token ES256', format: 'es256', goal: { requests: 2.5, cpu: 2.3 } },
  { ...token, name: 'token RS256', format: 'rs256', goal: RSA },
  { ...onPostgres, name: 'token opaque, PostgreSQL', format: 'opaque', goal: FAST },
  { ...onPostgres, name: 'token ES256, PostgreSQL', format: 'es256', goal: { requests: 2.5 } },
  { ...opaque, name: 'introspection opaque', ask: 'introspect', goal: introspected },
  { ...opaque, name: 'discovery', ask: 'discovery', goal: { requests: 3, cpu: 3.5 } },
  { ...opaque, name: 'JWKS', ask: 'jwks', goal: { requests: 2, cpu: 2.5 } },
]

export interface Call {
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** Where a server has its endpoints, below its URL. */
export interface Paths {
  readonly token: string
  readonly introspect: string
  readonly discovery: string
  readonly jwks: string
}

export const ours = (format: Format): Paths => ({
  token: `/${format}/token`,
  introspect: `/${format}/introspect`,
  discovery: `/${format}/.well-known/openid-configuration`,
  jwks: `/${format}/jwks.json`,
})

export const PEER: Paths = {
  token: '/token',
  introspect: '/token/introspection',
  discovery: '/.well-known/openid-configuration',
  jwks: '/jwks',
}

const CLIENT = { client_id: 'svc', client_secret: CLIENT_SECRET }
const GRANT = { ...CLIENT, grant_type: 'client_credentials', scope: 'read' }

/** The request of a scenario, as that server takes it. */
export async function callOf(ask: Scenario['ask'], url: string, paths: Paths): Promise<Call> {
  switch (ask) {
    case 'discovery':
      return { path: paths.discovery }
    case 'jwks':
      return { path: paths.jwks }
    case 'token':
      return { path: paths.token, form: { ...GRANT, resource: API } }
    default:
      return {
        path: paths.introspect,
        form: { ...CLIENT, token: await tokenAt(url + paths.token) },
      }
  }
}

async function tokenAt(endpoint: string): Promise<string> {
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(GRANT) })
  const { access_token: token } = (await answer.json()) as { readonly access_token?: string }
  if (token === undefined) throw new Error(`${endpoint} answered ${answer.status}`)
  return token
}
