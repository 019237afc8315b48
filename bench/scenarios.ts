import { signIn } from './flows.ts'
import type { Paths } from './paths.ts'
import { API, CLIENT_SECRET, type Format, personNamed } from './setting.ts'
import { keptConnections, visitorOf } from './visitor.ts'

export type Store = 'memory' | 'sqlite' | 'postgres'

/** What takes several requests, or other ones each time. */
export type Flow = 'refresh' | 'single sign-on' | 'sign-in'

/** One kind of request, sent to two servers in turn. */
export interface Scenario {
  readonly name: string
  readonly format: Format
  readonly store: Exclude<Store, 'memory'>
  /** What the peer keeps its things in. */
  readonly peer: Store
  /** Where it cannot do the same. */
  readonly peerFormat?: Format
  /** How many times as many requests as the peer, and how many times less processor time for each. */
  readonly goal: { readonly requests: number; readonly cpu?: number }
  readonly ask: 'token' | 'introspect' | 'discovery' | 'jwks' | 'userinfo' | Flow
  /** Of sign-ins: both verify the hash of the password; neither does otherwise. */
  readonly isHashed?: boolean
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
  { ...onPostgres, name: 'token RS256, PostgreSQL', format: 'rs256', goal: RSA },
  { ...opaque, name: 'introspection opaque', ask: 'introspect', goal: introspected },
  {
    ...opaque,
    // The peer answers none about its JWTs, which it does not store.
    name: 'introspection JWT (the peer: opaque)',
    format: 'es256',
    peerFormat: 'opaque',
    ask: 'introspect',
    goal: introspected,
  },
  {
    ...onPostgres,
    name: 'introspection opaque, PostgreSQL',
    format: 'opaque',
    ask: 'introspect',
    goal: introspected,
  },
  { ...opaque, name: 'userinfo', ask: 'userinfo', goal: introspected },
  { ...opaque, name: 'refresh ES256', format: 'es256', ask: 'refresh', goal: { requests: 2.5 } },
  { ...opaque, name: 'refresh RS256', format: 'rs256', ask: 'refresh', goal: { requests: 1.4 } },
  {
    ...onPostgres,
    name: 'refresh ES256, PostgreSQL',
    format: 'es256',
    ask: 'refresh',
    goal: { requests: 2.5 },
  },
  { ...opaque, name: 'single sign-on', ask: 'single sign-on', goal: { requests: 2.5 } },
  { ...opaque, name: 'sign-in without its hash', ask: 'sign-in', goal: { requests: 2 } },
  // Nearly all of it is argon2id, which costs both the same.
  { ...opaque, name: 'sign-in', ask: 'sign-in', isHashed: true, goal: { requests: 1 } },
  { ...opaque, name: 'discovery', ask: 'discovery', goal: { requests: 3, cpu: 3.5 } },
  { ...opaque, name: 'JWKS', ask: 'jwks', goal: { requests: 2, cpu: 2.5 } },
]

export interface Call {
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

const CLIENT = { client_id: 'svc', client_secret: CLIENT_SECRET }
const GRANT = { ...CLIENT, grant_type: 'client_credentials', scope: 'read' }

/** The request of a scenario, as that server takes it. */
export async function callOf(
  ask: Exclude<Scenario['ask'], Flow>,
  url: string,
  paths: Paths,
): Promise<Call> {
  switch (ask) {
    case 'discovery':
      return { path: paths.discovery }
    case 'jwks':
      return { path: paths.jwks }
    case 'token':
      return { path: paths.token, form: { ...GRANT, resource: API } }
    case 'userinfo':
      return { path: paths.userinfo, headers: { authorization: await bearerOf(url, paths) } }
    case 'introspect':
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

async function bearerOf(url: string, paths: Paths): Promise<string> {
  const agent = keptConnections(1)
  const { access_token: token } = await signIn(visitorOf(url, agent), paths, personNamed(0))
  agent.destroy()
  return `Bearer ${token}`
}
