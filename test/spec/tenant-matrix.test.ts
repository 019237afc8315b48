import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CIBA_GRANT, DEVICE_CODE } from '../../src/model/application.ts'
import {
  aCode,
  aParty,
  authorizationUrl,
  type Party,
  post,
  redeem,
  refresh,
} from '../support/client.ts'
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

const PAGES = ['/login', '/consent', '/device', '/ciba', '/assets/style.css']
const SAME_TIME_PREFIX = 6

const alike = (token: string): string =>
  Buffer.concat([
    Buffer.from(token, 'base64url').subarray(0, SAME_TIME_PREFIX),
    randomBytes(32),
  ]).toString('base64url')

/** What people type, of the letters that there are. */
const anotherUserCode = (): string => {
  const letters = [...randomBytes(8)].map((byte) => 'BCDFGHJKLMNPQRSTVWXZ'.charAt(byte % 20))
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** Applications that ask people who are elsewhere: at a device, and by CIBA. */
const asking = (tenant: string): readonly string[] =>
  [
    `metadata: { tenant: ${tenant}, name: tv }
spec:
  type: device`,
    `metadata: { tenant: ${tenant}, name: bank }
spec:
  type: web
  grants: ["${CIBA_GRANT}"]
  clientAuth: { method: client_secret_post, secrets: [{ id: only, value: bank-secret }] }`,
  ].map((text) => `apiVersion: tokenidp.dev/v1\nkind: Application\n${text}\n  scopes: [openid]\n`)
const [TV, BANK] = [
  { clientId: 'tv', secret: '' },
  { clientId: 'bank', secret: 'bank-secret' },
]

/** So that nothing is answered alike because it is too much. */
const unlimited = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      text.replace('  kind: dev\n', '$&  rateLimits: { enabled: false }\n'),
    ]),
  )

const badlySigned = (jwt: string): string =>
  `${jwt.slice(0, jwt.lastIndexOf('.') + 1)}${randomBytes(64).toString('base64url')}`

const carriersFor = (party: Party, cookieNames: readonly string[]): Record<string, Carrier> => {
  const credentials = { client_id: party.clientId, client_secret: party.secret }
  const form = (fields: Record<string, string>) => ({ fields: { ...credentials, ...fields } })
  const by = ({ clientId, secret }: typeof TV, fields: Record<string, string>) => ({
    fields: { client_id: clientId, client_secret: secret, ...fields },
  })
  return {
    code: (code) => form({ grant_type: 'authorization_code', code, code_verifier: 'v'.repeat(43) }),
    refresh_token: (value) => form({ grant_type: 'refresh_token', refresh_token: value }),
    token: (token) => form({ token }),
    access_token: (value) => ({ fields: { access_token: value } }),
    id_token_hint: (value) =>
      form({ id_token_hint: value, post_logout_redirect_uri: 'http://127.0.0.1:8400/bye' }),
    request_uri: (value) => form({ request_uri: value }),
    device_code: (value) => by(TV, { grant_type: DEVICE_CODE, device_code: value }),
    user_code: (value) => by(TV, { user_code: value, action: 'continue' }),
    auth_req_id: (value) => by(BANK, { grant_type: CIBA_GRANT, auth_req_id: value }),
    interaction: (interaction) => ({ fields: { interaction } }),
    Bearer: (value) => ({ headers: { authorization: `Bearer ${value}` } }),
    Cookie: (value) => ({
      headers: { cookie: cookieNames.map((name) => `${name}=${value}`).join('; ') },
      fields: Object.fromEntries(authorizationUrl(party, { prompt: 'none' }).url.searchParams),
    }),
  }
}

describe.each(stores)('a foreign artefact is answered as one made up, on $name', (engine) => {
  const project = aFolder(
    unlimited(
      devProject(...['ours', 'theirs'].flatMap((name) => [aTenant(name), ...asking(name)])),
    ),
  )
  let database: FreshDatabase
  let server: Serving
  let ours: Party
  let theirs: Party
  let tv: Party
  let bank: Party

  beforeAll(async () => {
    database = await engine.fresh()
    await applied(project.path, database.url)
    server = await serving({ databaseUrl: database.url })
    ours = aParty(server.issuer('ours'))
    theirs = aParty(server.issuer('theirs'))
    tv = aParty(ours.issuer, TV)
    bank = aParty(ours.issuer, BANK)
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
    const device = (await post(tv, '/device_authorization', { scope: 'openid' })).body
    const asked = await post(bank, '/backchannel_authentication', {
      scope: 'openid',
      login_hint: 'alice',
    })
    const pushed = await post(
      ours,
      '/par',
      Object.fromEntries(authorizationUrl(ours).url.searchParams),
    )
    const requestUri = String(pushed.body.request_uri)
    const [urn = '', token = ''] = requestUri.split(/(?<=request_uri:)/)
    const opaque = (name: string, real: string) => ({ name, real, madeUp: alike(real) })
    const signed = (name: string, real: string) => ({ name, real, madeUp: badlySigned(real) })
    return [
      opaque('code', code.code),
      signed('JWT access token', String(tokens.access_token)),
      opaque('opaque access token', String(vault.access_token)),
      opaque('refresh token', String(tokens.refresh_token)),
      signed('ID token', String(tokens.id_token)),
      opaque('device code', String(device.device_code)),
      opaque('auth_req_id', String(asked.body.auth_req_id)),
      { name: 'request_uri', real: requestUri, madeUp: `${urn}${alike(token)}` },
      { name: 'user code', real: String(device.user_code), madeUp: anotherUserCode() },
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
      expect(foreign.status, where).not.toBe(429)
      compared += 1
    }
    expect(compared).toBeGreaterThan(4_000)
    await noneIsSpent(held)
  }, 240_000)

  test('a user code that somebody types who is signed in', async () => {
    const [code] = (await artefacts()).filter(({ name }) => name === 'user code')
    const says = async (party: Party, value = '') => {
      const agent = userAgent()
      await aCode(party, {}, agent)
      const page = await agent.open(`${party.issuer}/device`)
      const { status, html } = await agent.submit(page, { action: 'continue', user_code: value })
      const alert = /role="alert"[^>]*>([^<]*)/.exec(html)?.[1]
      return { status, alert, asks: html.includes('value="allow"') }
    }
    const unknown = { status: 400, alert: expect.stringContaining('code'), asks: false }
    expect(await says(theirs, code?.madeUp)).toEqual(unknown)
    expect(await says(theirs, code?.real)).toEqual(await says(theirs, code?.madeUp))
    expect(await says(ours, code?.real)).toMatchObject({ status: 200, asks: true })
  })

  /** Nothing is used up or ended by being tried elsewhere. */
  async function noneIsSpent(held: readonly Artefact[]) {
    const real = (wanted: string) => held.find(({ name }) => name === wanted)?.real ?? ''
    expect((await refresh(ours, real('refresh token'))).status).toBe(200)
    for (const { party, ...form } of [
      { party: tv, grant_type: DEVICE_CODE, device_code: real('device code') },
      { party: bank, grant_type: CIBA_GRANT, auth_req_id: real('auth_req_id') },
    ])
      expect((await post(party, '/token', form)).body.error).toBe('authorization_pending')
    const url = `${ours.issuer}/authorize?${new URLSearchParams({
      client_id: 'web',
      request_uri: real('request_uri'),
    })}`
    const page = await userAgent().open(url)
    expect([page.status, page.url.pathname]).toEqual([200, '/ours/login'])
  }
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
