import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aCode, aParty, authorizationUrl, type Party, redeem, refresh } from '../support/client.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

interface Artefact {
  readonly name: string
  /** Issued by our tenant. */
  readonly real: string
  /** Of the same shape, issued by nobody. */
  readonly madeUp: string
}

/** How a value can get into a request. */
type Carrier = (value: string) => {
  readonly fields?: Record<string, string>
  headers?: Record<string, string>
}

const PAGES = ['/login', '/consent', '/assets/style.css']
const SAME_TIME_PREFIX = 6

const alike = (token: string): string =>
  Buffer.concat([
    Buffer.from(token, 'base64url').subarray(0, SAME_TIME_PREFIX),
    randomBytes(32),
  ]).toString('base64url')

const badlySigned = (jwt: string): string =>
  `${jwt.slice(0, jwt.lastIndexOf('.') + 1)}${randomBytes(64).toString('base64url')}`

const carriersFor = (party: Party, cookieNames: readonly string[]): Record<string, Carrier> => {
  const credentials = { client_id: party.clientId, client_secret: party.secret }
  const form = (fields: Record<string, string>) => ({ fields: { ...credentials, ...fields } })
  return {
    code: (code) => form({ grant_type: 'authorization_code', code, code_verifier: 'v'.repeat(43) }),
    refresh_token: (value) => form({ grant_type: 'refresh_token', refresh_token: value }),
    token: (token) => form({ token }),
    access_token: (value) => ({ fields: { access_token: value } }),
    id_token_hint: (value) =>
      form({ id_token_hint: value, post_logout_redirect_uri: 'http://127.0.0.1:8400/bye' }),
    interaction: (interaction) => ({ fields: { interaction } }),
    Bearer: (value) => ({ headers: { authorization: `Bearer ${value}` } }),
    Cookie: (value) => ({
      headers: { cookie: cookieNames.map((name) => `${name}=${value}`).join('; ') },
      fields: Object.fromEntries(authorizationUrl(party, { prompt: 'none' }).url.searchParams),
    }),
  }
}

describe.each(stores)('a foreign artefact is answered as one made up, on $name', (engine) => {
  const project = aFolder(devProject(aTenant('ours'), aTenant('theirs')))
  let database: FreshDatabase
  let server: Serving
  let ours: Party
  let theirs: Party

  beforeAll(async () => {
    database = await engine.fresh()
    await applied(project.path, database.url)
    server = await serving({ databaseUrl: database.url })
    ours = aParty(server.issuer('ours'))
    theirs = aParty(server.issuer('theirs'))
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
    project.remove()
  })

  async function artefacts(): Promise<readonly Artefact[]> {
    const agent = userAgent()
    const code = await aCode(ours, {}, agent)
    const tokens = (await redeem(ours, await aCode(ours, {}, agent))).body
    const vault = (await redeem(ours, await aCode(ours, { scope: 'open' }, agent))).body
    const page = await userAgent().open(authorizationUrl(ours).url.href)
    const cookies = agent.cookies().split('; ')
    const opaque = (name: string, real: string) => ({ name, real, madeUp: alike(real) })
    const signed = (name: string, real: string) => ({ name, real, madeUp: badlySigned(real) })
    return [
      opaque('code', code.code),
      signed('JWT access token', String(tokens.access_token)),
      opaque('opaque access token', String(vault.access_token)),
      opaque('refresh token', String(tokens.refresh_token)),
      signed('ID token', String(tokens.id_token)),
      ...[
        page.url.searchParams.get('interaction') ?? '',
        ...cookies.map((pair) => pair.split('=')[1] ?? ''),
      ].map((real, index) => ({
        name: ['interaction', 'cookie', 'other cookie'][index] ?? '',
        real,
        madeUp: randomBytes(32).toString('base64url'),
      })),
    ]
  }

  async function endpoints(): Promise<readonly string[]> {
    const answer = await fetch(`${theirs.issuer}/.well-known/openid-configuration`)
    const metadata = (await answer.json()) as Record<string, string>
    const published = Object.entries(metadata)
      .filter(([name]) => /_(endpoint|uri)$/.test(name))
      .map(([, address]) => address)
    return [...published, ...PAGES.map((path) => `${theirs.issuer}${path}`)]
  }

  /** Names of our cookies with their tenant in it, as their own browser would send them. */
  async function theirCookieNames(): Promise<readonly string[]> {
    const agent = userAgent()
    await aCode(theirs, {}, agent)
    return agent
      .cookies()
      .split('; ')
      .map((pair) => pair.split('=')[0] ?? '')
  }

  /** What a caller can tell of an answer, without what is random in it. */
  async function told(address: string, method: string, sent: ReturnType<Carrier>) {
    const params = new URLSearchParams(sent.fields ?? {})
    const url = method === 'GET' ? `${address}?${params}` : address
    const answer = await fetch(url, {
      method,
      headers: sent.headers ?? {},
      redirect: 'manual',
      ...(method === 'POST' ? { body: params } : {}),
    })
    const location = answer.headers.get('location')?.replace(/interaction=[\w-]+/, 'interaction=')
    const text = await answer.text()
    return {
      status: answer.status,
      location,
      json: text.startsWith('{') ? text : undefined,
      says: /role="alert"[^>]*>([^<]*)/.exec(text)?.[1],
    }
  }

  test('whatever it is, wherever it is sent, however it is carried', async () => {
    const held = await artefacts()
    const carriers = carriersFor(theirs, await theirCookieNames())
    let compared = 0
    for (const { real, madeUp, address, carry, method, where } of every(
      held,
      await endpoints(),
      carriers,
    )) {
      const foreign = await told(address, method, carry(real))
      expect(foreign, where).toEqual(await told(address, method, carry(madeUp)))
      compared += 1
    }
    expect(compared).toBeGreaterThan(800)
    // And none of it was used up or ended by being tried elsewhere.
    const token = held.find(({ name }) => name === 'refresh token')?.real ?? ''
    expect((await refresh(ours, token)).status).toBe(200)
  }, 120_000)
})

const every = (
  artefacts: readonly Artefact[],
  addresses: readonly string[],
  carriers: Readonly<Record<string, Carrier>>,
) =>
  artefacts.flatMap(({ name, real, madeUp }) =>
    addresses.flatMap((address) =>
      Object.entries(carriers).flatMap(([carrier, carry]) =>
        ['GET', 'POST'].map((method) => ({
          ...{ real, madeUp, address, carry, method },
          where: `${name} as ${carrier} by ${method} ${address}`,
        })),
      ),
    ),
  )
