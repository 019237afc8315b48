import { afterAll, beforeAll, expect, test } from 'vitest'
import { servingApache } from '../support/apache.ts'
import { devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { signIn } from '../support/sign-in.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const SECRET = 'a-secret-for-apache'

const acme = (home: string): string => `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
---
apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: apache }
spec:
  type: web
  consent: skip
  redirectUris: ['${home}/secret/redirect_uri']
  postLogoutRedirectUris: ['${home}/bye.html']
  scopes: [openid, email]
  clientAuth:
    secrets: [{ id: only, value: ${SECRET} }]
---
apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec: { email: alice@acme.example, emailVerified: true, password: wonderland }
`

const config = (issuer: string, home: string): string => `
OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID apache
OIDCClientSecret ${SECRET}
OIDCRedirectURI ${home}/secret/redirect_uri
OIDCCryptoPassphrase something-that-only-this-apache-knows
OIDCScope "openid email"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email
<Location /secret>
  AuthType openid-connect
  # By itself it takes a request for a script's unless it says navigate.
  OIDCUnAuthAction auth true
  Require valid-user
  Header always set X-Seen-As "expr=%{REMOTE_USER}"
</Location>
`

const port = await freePort()
const home = `http://127.0.0.1:${port}`
let database: FreshDatabase
let server: Serving
let apache: Awaited<ReturnType<typeof servingApache>>

beforeAll(async () => {
  const [engine] = stores
  if (engine === undefined) throw new Error('no engine')
  database = await engine.fresh()
  const folder = aFolder(devProject(acme(home)))
  await applied(folder.path, database.url)
  folder.remove()
  server = await serving({ databaseUrl: database.url })
  const pages = { 'index.html': 'home', 'bye.html': 'bye', 'secret/page.html': 'secret' }
  apache = await servingApache(port, config(server.issuer('acme'), home), pages)
})
afterAll(async () => {
  await apache?.close()
  await server?.stop()
  await database?.remove()
})

test('mod_auth_openidc lets in whom we know, and nobody after the sign-out', async () => {
  const agent = userAgent()
  const leaving = await agent.open(`${home}/secret/page.html`, server.url)
  const callback = await signIn({ agent, url: leaving.url, redirectUri: home })
  const page = await agent.open(callback.href)
  expect([page.url.href, page.html]).toEqual([`${home}/secret/page.html`, 'secret'])
  expect(page.headers.get('x-seen-as')).toBe('alice@acme.example')

  const logout = new URLSearchParams({ logout: `${home}/bye.html` })
  const bye = await agent.open(`${home}/secret/redirect_uri?${logout}`)
  expect([bye.url.href, bye.html]).toEqual([`${home}/bye.html`, 'bye'])
  const again = await agent.open(`${home}/secret/page.html`)
  expect(again.url.pathname).toBe('/acme/login')
})
