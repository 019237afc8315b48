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
const INTROSPECTION = { requests: 2.2, cpu: 2.3 }
const SIGNED = { requests: 2.5 }
const SIGN_IN = { requests: 2 }

const overMemory = { store: 'sqlite', peer: 'memory' } as const
const onSqlite = { store: 'sqlite', peer: 'sqlite' } as const
const onPostgres = { store: 'postgres', peer: 'postgres' } as const

const token = { ask: 'token' } as const
const introspection = { ask: 'introspect', format: 'opaque', goal: INTROSPECTION } as const
const refresh = { ask: 'refresh', format: 'es256', goal: SIGNED } as const
const singleSignOn = { ask: 'single sign-on', format: 'es256', goal: SIGNED } as const
const wholeSignIn = { ask: 'sign-in', format: 'es256', goal: SIGN_IN } as const

/** What is issued besides opaque access tokens is signed with what the name says; otherwise, with RS256. */
export const SCENARIOS: readonly Scenario[] = [
  { ...token, ...overMemory, name: 'token opaque', format: 'opaque', goal: FAST, hasFloor: true },
  {
    ...token,
    ...overMemory,
    name: 'token ES256',
    format: 'es256',
    goal: { requests: 2.5, cpu: 2.3 },
    hasFloor: true,
  },
  { ...token, ...overMemory, name: 'token RS256', format: 'rs256', goal: RSA, hasFloor: true },
  { ...token, ...onSqlite, name: 'token opaque, both on SQLite', format: 'opaque', goal: FAST },
  { ...token, ...onPostgres, name: 'token opaque, PostgreSQL', format: 'opaque', goal: FAST },
  { ...token, ...onPostgres, name: 'token ES256, PostgreSQL', format: 'es256', goal: SIGNED },
  { ...token, ...onPostgres, name: 'token RS256, PostgreSQL', format: 'rs256', goal: RSA },
  { ...introspection, ...overMemory, name: 'introspection opaque' },
  {
    ...introspection,
    ...overMemory,
    name: 'introspection JWT (the peer: opaque)',
    format: 'es256',
    // It answers none about its JWTs, which it does not store.
    peerFormat: 'opaque',
  },
  { ...introspection, ...onSqlite, name: 'introspection opaque, both on SQLite' },
  { ...introspection, ...onPostgres, name: 'introspection opaque, PostgreSQL' },
  { ...introspection, ...overMemory, name: 'userinfo', ask: 'userinfo' },
  { ...refresh, ...overMemory, name: 'refresh ES256' },
  { ...refresh, ...overMemory, name: 'refresh RS256', format: 'rs256', goal: { requests: 1.4 } },
  { ...refresh, ...onSqlite, name: 'refresh ES256, both on SQLite' },
  { ...refresh, ...onPostgres, name: 'refresh ES256, PostgreSQL' },
  { ...singleSignOn, ...overMemory, name: 'single sign-on', format: 'opaque' },
  { ...singleSignOn, ...overMemory, name: 'single sign-on ES256' },
  { ...singleSignOn, ...onSqlite, name: 'single sign-on ES256, both on SQLite' },
  { ...singleSignOn, ...onPostgres, name: 'single sign-on ES256, PostgreSQL' },
  { ...wholeSignIn, ...overMemory, name: 'sign-in without its hash', format: 'opaque' },
  { ...wholeSignIn, ...overMemory, name: 'sign-in without its hash, ES256' },
  { ...wholeSignIn, ...onSqlite, name: 'sign-in without its hash, ES256, both on SQLite' },
  { ...wholeSignIn, ...onPostgres, name: 'sign-in without its hash, ES256, PostgreSQL' },
  // Nearly all of it is argon2id, which costs both the same.
  {
    ...wholeSignIn,
    ...overMemory,
    name: 'sign-in',
    format: 'opaque',
    isHashed: true,
    goal: { requests: 1 },
  },
  {
    ...overMemory,
    name: 'discovery',
    format: 'opaque',
    ask: 'discovery',
    goal: { requests: 3, cpu: 3.5 },
  },
  { ...overMemory, name: 'JWKS', format: 'opaque', ask: 'jwks', goal: { requests: 2, cpu: 2.5 } },
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
