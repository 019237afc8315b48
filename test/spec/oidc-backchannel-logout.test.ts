import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aParty, authorizationUrl, redeem } from '../support/client.ts'
import { joined } from '../support/documents.ts'
import { aFolder, type Folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { type Ran, tokenidpHere } from '../support/in-process.ts'
import { type RelyingParty, relyingParties } from '../support/logout-receivers.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const NAMES = ['web', 'shop', 'forum'] as const

const application = (name: string, uri: string): string => `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: ${name} }
spec:
  type: web
  consent: skip
  redirectUris: [http://127.0.0.1:8400/callback]
  postLogoutRedirectUris: [http://127.0.0.1:8400/bye]
  backchannelLogout: { uri: ${uri}, sessionRequired: ${name !== 'forum'} }
  grants: [authorization_code, refresh_token]
  scopes: [openid, offline_access]
  tokens: { id: { algorithm: ${name === 'shop' ? 'ES256' : 'RS256'} } }
  clientAuth:
    method: client_secret_post
    secrets: [{ id: only, value: web-secret }]
`

const documents = (parties: readonly RelyingParty[]): string =>
  joined(
    'apiVersion: tokenidp.dev/v1\nkind: Project\nmetadata: { name: test }\n',
    `apiVersion: tokenidp.dev/v1
kind: Environment
metadata: { name: dev }
spec:
  kind: dev
  publicUrl: http://127.0.0.1:4000
  outbound: { allow: [${parties.map(({ host }) => `'${host}'`).join(', ')}], ca: ca.pem }
`,
    'apiVersion: tokenidp.dev/v1\nkind: Tenant\nmetadata: { name: acme }\nspec: { displayName: Acme }\n',
    ...NAMES.map((name, index) => application(name, parties[index]?.uri ?? '')),
    // One that does not want to be told.
    application('quiet', 'https://quiet.example/').replace(/ {2}backchannelLogout.*\n/, ''),
    ...['alice', 'bob'].map(
      (name) => `apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: ${name} }
spec: { username: ${name}, email: ${name}@acme.example, password: wonderland }
`,
    ),
  )

/** A file has one server; a PostgreSQL has as many as it likes. */
const SERVERS = { sqlite: 1, postgres: 2 } as const

describe.each(stores)('L5 OpenID Connect Back-Channel Logout 1.0 on $name', (engine) => {
  const ends: (() => unknown)[] = []
  let parties: readonly RelyingParty[]
  let web: RelyingParty
  let shop: RelyingParty
  let forum: RelyingParty
  let servers: readonly Serving[]
  let databaseUrl: string
  let project: Folder

  beforeAll(async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    databaseUrl = database.url
    const all = await relyingParties(NAMES.length)
    ends.push(all.close)
    parties = all.parties
    const [first, second, third] = all.parties
    if (first === undefined || second === undefined || third === undefined) throw new Error('few')
    ;[web, shop, forum] = [first, second, third]
    project = aFolder({ 'tokenidp.yaml': documents(parties), 'ca.pem': all.ca })
    ends.push(project.remove)
    await applied(project.path, databaseUrl)
    // All of them speak for the first, which is the one that people visit.
    const port = await freePort()
    const env = { TOKENIDP_PUBLIC_URL: `http://127.0.0.1:${port}` }
    const visited = await serving({ databaseUrl, port, keepPublicUrl: true, env })
    const others = Array.from({ length: SERVERS[engine.name] - 1 }, () =>
      serving({ databaseUrl, keepPublicUrl: true, env }),
    )
    servers = [visited, ...(await Promise.all(others))]
    for (const server of servers) ends.push(() => server.stop())
  })
  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  beforeEach(() => {
    for (const party of parties) {
      party.answers(204)
      party.told.splice(0)
    }
  })

  const issuer = () => `${servers[0]?.url}/acme`
  const command = (...words: readonly string[]): Promise<Ran> =>
    tokenidpHere([...words, '-C', project.path], { env: { TOKENIDP_DATABASE_URL: databaseUrl } })
  const deliveries = async () => {
    const { stdout } = await command('deliveries', 'list', 'acme', '-o', 'json')
    return (JSON.parse(stdout).deliveries as { application: string; state: string }[]).map(
      ({ application: name, state }) => `${name} ${state}`,
    )
  }

  /** Somebody signed in at these applications, in one browser; with the ID token each has. */
  async function signedIn(names: readonly string[], username = 'alice') {
    const agent = userAgent()
    const tokens: Record<string, string> = {}
    for (const name of names) {
      const party = aParty(issuer(), { clientId: name })
      const { url, verifier } = authorizationUrl(party, { scope: 'openid' })
      const credentials = { username, password: 'wonderland' }
      const answer = await signIn({ agent, url, redirectUri: party.redirectUri, credentials })
      const code = answer.searchParams.get('code') ?? ''
      tokens[name] = String((await redeem(party, { code, verifier })).body.id_token)
    }
    return { agent, tokens }
  }

  const signOut = async ({ agent, tokens }: Awaited<ReturnType<typeof signedIn>>) => {
    const bye = 'http://127.0.0.1:8400/bye'
    const query = { id_token_hint: tokens.web ?? '', post_logout_redirect_uri: bye }
    const page = await agent.open(`${issuer()}/logout?${new URLSearchParams(query)}`, bye)
    expect(page.url.href).toBe(bye)
    return Date.now()
  }

  const claimsAt = (party: RelyingParty) => decodeJwt(party.told[0]?.form.logout_token ?? '')

  test('its metadata says that it is supported, with sessions', async () => {
    const answer = await fetch(`${issuer()}/.well-known/openid-configuration`)
    expect(await answer.json()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
  })

  test('§2.4, §2.5: one logout token for each application that was used', async () => {
    const someone = await signedIn(['web', 'shop', 'forum', 'quiet'])
    await signOut(someone)
    await expect.poll(() => parties.map(({ told }) => told.length)).toEqual([1, 1, 1])
    const keys = createLocalJWKSet(await (await fetch(`${issuer()}/jwks.json`)).json())
    const seen = new Set()
    for (const [index, name] of NAMES.entries()) {
      const [told] = parties[index]?.told ?? []
      expect(told?.method).toBe('POST')
      expect(told?.contentType).toContain('application/x-www-form-urlencoded')
      expect(Object.keys(told?.form ?? {})).toEqual(['logout_token'])
      const id = decodeJwt(someone.tokens[name] ?? '')
      const { payload, protectedHeader } = await jwtVerify(told?.form.logout_token ?? '', keys, {
        issuer: String(id.iss),
        audience: name,
        typ: 'logout+jwt',
      })
      expect(protectedHeader.alg).toBe(decodeProtectedHeader(someone.tokens[name] ?? '').alg)
      const { iss, aud, iat = 0, exp = 0, jti, events, sub, sid, ...others } = payload
      expect([iss, aud, others]).toEqual([id.iss, name, {}])
      expect(exp - iat).toBeLessThanOrEqual(120)
      expect(events).toEqual({ [EVENT]: {} })
      expect(sub).toBe(id.sub)
      expect(sid).toBe(name === 'forum' ? undefined : id.sid)
      expect(jti).toHaveLength(22)
      seen.add(jti)
    }
    expect(seen.size).toBe(3)
    await expect.poll(deliveries).not.toContain('quiet pending')
  })

  test('one is slow and one fails: the others know within 2 s, and the failing one is told again', async () => {
    shop.answers('never')
    forum.answers(503)
    const someone = await Promise.all([
      signedIn(['web', 'shop', 'forum']),
      signedIn(['shop', 'forum', 'web'], 'bob'),
    ])
    const before = await Promise.all(someone.map(signOut))
    await expect.poll(() => web.told.length).toBe(2)
    for (const { at } of web.told) expect(at - Math.min(...before)).toBeLessThan(2000)
    // Each of the two is asked about both people before it gives way.
    const peopleAt = ({ told }: RelyingParty) =>
      new Set(told.map(({ form }) => decodeJwt(form.logout_token ?? '').sub)).size
    await expect.poll(() => [peopleAt(forum), peopleAt(shop)]).toEqual([2, 2])
    forum.answers(200)
    shop.answers(200)
    const pending = async () => (await deliveries()).filter((each) => each.endsWith(' pending'))
    await expect.poll(pending, { timeout: 25_000 }).toEqual([])
    for (const { told } of [forum, shop]) {
      expect(told.length).toBeGreaterThanOrEqual(4)
      const jtis = told.map(({ form }) => decodeJwt(form.logout_token ?? '').jti)
      expect(new Set(jtis).size).toBe(told.length)
    }
    expect(web.told).toHaveLength(2)
  })

  test('§2.8: what is answered with 400 is not tried again', async () => {
    web.answers(400)
    await signOut(await signedIn(['web', 'shop']))
    await expect.poll(deliveries).toContain('web failed')
    expect(web.told).toHaveLength(1)
    const listed = await command('deliveries', 'list', 'acme', '--failed')
    expect(listed.stdout).toMatch(/web +backchannel-logout +failed +1 +.*answered 400/)
    expect(listed.stdout).not.toMatch(/nobody|shop|eyJ/)
  })

  test.for([
    { how: 'users revoke-all', words: ['users', 'revoke-all', 'acme', 'alice'] },
    { how: 'sessions end --user', words: ['sessions', 'end', 'acme', '--user', 'alice'] },
    { how: 'users set-password', words: ['users', 'set-password', 'acme', 'alice'] },
  ])('$how tells them, too', async ({ words }) => {
    const { tokens } = await signedIn(['web', 'shop'])
    const password = words.includes('set-password') ? ['--password-file', '-'] : []
    const done = await tokenidpHere([...words, ...password, '-C', project.path], {
      env: { TOKENIDP_DATABASE_URL: databaseUrl },
      input: 'wonderland\n',
    })
    expect(done).toMatchObject({ code: 0 })
    await expect.poll(() => [web.told.length, shop.told.length]).toEqual([1, 1])
    expect(claimsAt(web).sid).toBe(decodeJwt(tokens.web ?? '').sid)
  })

  test('what is stored while no server runs is sent by the next one that starts', async () => {
    await signedIn(['web', 'shop'])
    await Promise.all(servers.map((server) => server.kill()))
    const ended = await command('sessions', 'end', 'acme', '--user', 'alice')
    expect(ended.stdout).toContain('Told by the servers: shop, web.')
    expect(await deliveries()).toEqual(expect.arrayContaining(['web pending', 'shop pending']))
    const again = await serving({ databaseUrl })
    ends.push(() => again.stop())
    await expect.poll(() => [web.told.length, shop.told.length]).toEqual([1, 1])
  })
})
