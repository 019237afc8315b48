import { afterEach, describe, expect, test } from 'vitest'
import {
  aCode,
  aParty,
  authorizationUrl,
  type Party,
  post,
  redeem,
  refresh,
  userinfo,
} from '../support/client.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

describe.each(stores)('users and a running server on $name', (engine) => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  /** Alice, signed in with a browser of hers and tokens at an application. */
  async function aliceAtWork() {
    const database = await engine.fresh()
    ends.push(database.remove)
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, database.url)
    const server = await serving({ databaseUrl: database.url })
    ends.push(() => server.stop())
    const party = aParty(server.issuer('ours'))
    const agent = userAgent()
    const code = await aCode(party, { scope: 'openid offline_access read' }, agent)
    const { body } = await redeem(party, code)
    const tokens = { access: String(body.access_token), refresh: String(body.refresh_token) }
    const env = { TOKENIDP_DATABASE_URL: database.url }
    const users = (words: readonly string[], input = '') =>
      tokenidpHere(['users', ...words, '-C', project.path], { env, input })
    return { party, agent, tokens, users }
  }

  const enters = async (party: Party, username: string, password: string): Promise<boolean> => {
    const { url } = authorizationUrl(party)
    const visit = { agent: userAgent(), url, redirectUri: party.redirectUri }
    return signIn({ ...visit, credentials: { username, password } }).then(
      (callback) => callback.searchParams.has('code'),
      () => false,
    )
  }

  const isActive = async (party: Party, token: string) =>
    (await post(party, '/introspect', { token })).body.active

  test.for([
    {
      command: 'set-password',
      words: ['set-password', 'ours', 'alice', '--password-file', '-'],
      enters: { wonderland: false, 'looking-glass': true },
    },
    {
      command: 'disable',
      words: ['disable', 'ours', 'alice@acme.example'],
      enters: { wonderland: false, 'looking-glass': false },
    },
  ])('$command ends at once what was', async ({ words, enters: expected }) => {
    const { party, agent, tokens, users } = await aliceAtWork()
    const silent = authorizationUrl(party, { prompt: 'none' }).url.href
    const asked = async () => (await agent.open(silent, party.redirectUri)).url.searchParams
    expect((await asked()).get('code')).toEqual(expect.any(String))
    const late = await aCode(party, {}, agent)
    expect(await isActive(party, tokens.access)).toBe(true)
    expect((await userinfo(party, tokens.access)).status).toBe(200)

    const ran = await users(words, 'looking-glass\n')
    expect(ran, ran.stderr).toMatchObject({ code: 0 })

    expect(await isActive(party, tokens.access)).toBe(false)
    expect((await userinfo(party, tokens.access)).status).toBe(401)
    expect(await refresh(party, tokens.refresh)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await redeem(party, late)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await asked()).get('error')).toBe('login_required')
    for (const [password, isRight] of Object.entries(expected))
      expect(await enters(party, 'alice', password), password).toBe(isRight)
    expect(ran.stdout + ran.stderr).not.toContain('looking-glass')
  })
})
