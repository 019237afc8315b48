import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  aCode,
  aParty,
  authorizationUrl,
  type Code,
  type Party,
  post,
  redeem,
  refresh,
  userinfo,
} from '../support/client.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

/** Two tenants whose applications, secrets and users have the same names: only the tenant differs. */
describe.each(stores)('nothing of one tenant is accepted by another, on $name', (engine) => {
  const project = aFolder(devProject(aTenant('ours'), aTenant('theirs')))
  let database: FreshDatabase
  let server: Serving
  let ours: Party
  let theirs: Party
  let tokens: Record<string, string>
  let opaque: string
  let code: Code

  beforeAll(async () => {
    database = await engine.fresh()
    const databaseUrl = database.url
    await applied(project.path, databaseUrl)
    server = await serving({ databaseUrl })
    ours = aParty(server.issuer('ours'))
    theirs = aParty(server.issuer('theirs'))
    tokens = (await redeem(ours, await aCode(ours))).body as Record<string, string>
    opaque = String((await redeem(ours, await aCode(ours, { scope: 'open' }))).body.access_token)
    code = await aCode(ours)
  })
  afterAll(async () => {
    await server?.stop()
    await database?.remove()
    project.remove()
  })

  const inactive = (answer: Answer): void => {
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({ active: false })
  }
  const shownToThem = (token: string | undefined): Promise<Answer> =>
    post(theirs, '/introspect', { token: token ?? '' })

  test('an authorization code', async () => {
    expect(await redeem(theirs, code)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await redeem(ours, code)).status).toBe(200) // and it was not used up by that
  })

  test('a refresh token, for use or for revocation', async () => {
    const token = tokens.refresh_token ?? ''
    expect(await refresh(theirs, token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await post(theirs, '/revoke', { token })).status).toBe(200)
    const used = await refresh(ours, token)
    expect(used.status).toBe(200)
    tokens = { ...tokens, ...(used.body as Record<string, string>) }
  })

  test.each(['access_token', 'refresh_token', 'id_token'])('%s at introspection', async (name) => {
    inactive(await shownToThem(tokens[name]))
  })

  test('an opaque token at introspection', async () => {
    inactive(await shownToThem(opaque))
    expect((await post(ours, '/introspect', { token: opaque })).body.active).toBe(true)
  })

  test('an access token at userinfo, and its revocation', async () => {
    const token = tokens.access_token ?? ''
    expect((await userinfo(theirs, token)).status).toBe(401)
    await post(theirs, '/revoke', { token })
    expect((await userinfo(ours, token)).status).toBe(200)
  })

  test('a session cookie', async () => {
    const agent = userAgent()
    await aCode(ours, {}, agent)
    const { url } = authorizationUrl(theirs, { prompt: 'none' })
    const page = await agent.open(url.href, theirs.redirectUri)
    expect(page.url.searchParams.get('error')).toBe('login_required')
  })

  test("every cookie of one tenant, sent by hand to the other's addresses", async () => {
    const agent = userAgent()
    await aCode(ours, {}, agent)
    const { url } = authorizationUrl(theirs, { prompt: 'none' })
    const headers = { cookie: agent.cookies() }
    const answer = await fetch(url, { headers, redirect: 'manual' })
    const location = new URL(answer.headers.get('location') ?? '')
    expect(location.searchParams.get('error')).toBe('login_required')
  })

  test('an interaction under way', async () => {
    const agent = userAgent()
    const page = await agent.open(authorizationUrl(ours).url.href)
    const moved = page.url.href.replace('/ours/', '/theirs/')
    const answer = await fetch(moved, { headers: { cookie: agent.cookies() } })
    expect(answer.status).toBe(400)
    expect(await answer.text()).not.toContain('name="password"')
  })

  test('an ID token as a hint at logout', async () => {
    const query = new URLSearchParams({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://127.0.0.1:8400/bye',
    })
    const answer = await fetch(`${theirs.issuer}/logout?${query}`, { redirect: 'manual' })
    expect(answer.headers.get('location') ?? '').not.toContain('8400')
  })

  test('the keys: no key of one is published by the other', async () => {
    const kids = async ({ issuer }: Party): Promise<string[]> => {
      const answer = await fetch(`${issuer}/jwks.json`)
      const { keys } = (await answer.json()) as { keys: { kid: string }[] }
      return keys.map(({ kid }) => kid)
    }
    const mine = new Set(await kids(ours))
    expect(mine.size).toBeGreaterThan(1)
    expect((await kids(theirs)).filter((kid) => mine.has(kid))).toEqual([])
  })

  test('every address in the metadata lies below its own issuer', async () => {
    const answer = await fetch(`${ours.issuer}/.well-known/openid-configuration`)
    const metadata = (await answer.json()) as Record<string, unknown>
    const addresses = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(addresses.length).toBeGreaterThan(5)
    for (const [, address] of addresses) expect(address).toMatch(`${ours.issuer}/`)
  })
})
