import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { devProject, joined } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { hosting, RELYING_PARTIES, type RelyingParty } from '../support/relying-parties.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { type UserAgent, userAgent } from '../support/user-agent.ts'

const SECRET = 'a-secret-for-an-application'

const acme = `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
spec: { displayName: Acme }
---
apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec:
  email: alice@acme.example
  emailVerified: true
  password: wonderland
  claims: { name: Alice Liddell }
`

const application = (name: string, home: string, callback: string): string =>
  `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: ${name} }
spec:
  type: web
  displayName: ${name}
  pkce: ${name === 'passport' ? 'optional' : 'required'}
  redirectUris: ['${home}${callback}']
  postLogoutRedirectUris: ['${home}/bye']
  scopes: [openid, profile, email]
  clientAuth:
    secrets: [{ id: only, value: ${SECRET} }]
`

const nameOf = ({ name }: RelyingParty): string => name.replace(/^@|-?openid-?connect|\//g, '')

describe.each(stores)('applications as people write them, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  const homes = new Map<string, string>()
  const closing: (() => Promise<void> | void)[] = []

  beforeAll(async () => {
    database = await engine.fresh()
    const parties = await Promise.all(
      RELYING_PARTIES.map(async (party) => ({ party, port: await freePort() })),
    )
    for (const { party, port } of parties) homes.set(party.name, `http://127.0.0.1:${port}`)
    const applications = parties.map(({ party }) =>
      application(nameOf(party), homes.get(party.name) ?? '', party.callback),
    )
    const folder = aFolder(devProject(joined(acme, ...applications)))
    await applied(folder.path, database.url)
    folder.remove()
    server = await serving({ databaseUrl: database.url })
    for (const { party, port } of parties) {
      const registration = {
        issuer: server.issuer('acme'),
        home: homes.get(party.name) ?? '',
        clientId: nameOf(party),
        clientSecret: SECRET,
      }
      closing.push((await hosting(party.app(registration), port)).close)
    }
  })
  afterAll(async () => {
    for (const close of closing) await close()
    await server?.stop()
    await database?.remove()
  })

  const homeOf = (name: string): string => homes.get(name) ?? ''
  const me = async (agent: UserAgent, home: string) =>
    JSON.parse((await agent.open(`${home}/me`)).html)

  /** From the application to us, and back to its callback, which the browser then opens. */
  async function signsIn(agent: UserAgent, url: string | URL, home: string): Promise<void> {
    await agent.open(String(await signIn({ agent, url, redirectUri: home })), `${home}/never`)
  }

  test.for(['express-openid-connect', 'passport-openidconnect'])('%s signs in', async (name) => {
    const [agent, home] = [userAgent(), homeOf(name)]
    expect(await me(agent, home)).toBeNull()
    const leaving = await agent.open(`${home}/sign-in`, server.url)
    await signsIn(agent, leaving.url, home)
    expect(await me(agent, home)).toMatchObject({ email: 'alice@acme.example' })
  })

  test('express-openid-connect signs out, here and there', async () => {
    const [agent, home] = [userAgent(), homeOf('express-openid-connect')]
    await signsIn(agent, (await agent.open(`${home}/sign-in`, server.url)).url, home)
    const bye = await agent.open(`${home}/sign-out`)
    expect(bye.url.href).toBe(`${home}/bye`)
    expect(await me(agent, home)).toBeNull()
    const again = await agent.open((await agent.open(`${home}/sign-in`, server.url)).url.href)
    expect(again.url.pathname).toBe('/acme/login')
  })

  test('@auth/express signs in', async () => {
    const [agent, home] = [userAgent(), homeOf('@auth/express')]
    expect(await me(agent, home)).toBeNull()
    const choice = await agent.open(`${home}/auth/signin`)
    const leaving = await agent.submit(choice, {}, server.url)
    await signsIn(agent, leaving.url, home)
    expect(await me(agent, home)).toMatchObject({
      name: 'Alice Liddell',
      email: 'alice@acme.example',
    })
  })
})
