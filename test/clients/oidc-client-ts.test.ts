import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import express from 'express'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { hosting } from '../support/relying-parties.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'

const LIBRARY = createRequire(import.meta.url)
  .resolve('oidc-client-ts')
  .replace(/dist\/.*$/, 'dist/browser/oidc-client-ts.min.js')

const acme = (home: string): string => `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
---
apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: spa }
spec:
  type: spa
  grants: [authorization_code, refresh_token]
  redirectUris: ['${home}/callback', '${home}/silent']
  postLogoutRedirectUris: ['${home}/']
  scopes: [openid, profile, email, offline_access]
  consent: skip
---
apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec: { email: alice@acme.example, emailVerified: true, password: wonderland }
`

/** One page of an application without a server of its own; `window.manager` is the library's. */
const page = (issuer: string, home: string): string => `<!doctype html>
<title>Application</title>
<script src="/library.js"></script>
<script>
  window.makeManager = (scope) => new oidc.UserManager({
    authority: ${JSON.stringify(issuer)},
    client_id: 'spa',
    redirect_uri: '${home}/callback',
    silent_redirect_uri: '${home}/silent',
    post_logout_redirect_uri: '${home}/',
    scope,
    loadUserInfo: true,
    automaticSilentRenew: false,
    userStore: new oidc.WebStorageStateStore({ store: window.localStorage }),
  })
  window.manager = makeManager(localStorage.scope ?? 'openid email')
  window.done = location.pathname === '/callback' ? manager.signinCallback()
    : location.pathname === '/silent' ? manager.signinSilentCallback() : Promise.resolve()
</script>
`

/** What the page's script has, as far as these tests touch it. */
interface Shown {
  readonly profile: Record<string, unknown>
  readonly access_token: string
  readonly refresh_token?: string
}

describe.each(stores)('oidc-client-ts in Chromium, unmodified, on $name', (engine) => {
  let database: FreshDatabase
  let server: Serving
  let browser: Browser
  let context: BrowserContext
  let home: string
  let close: () => Promise<void>

  beforeAll(async () => {
    database = await engine.fresh()
    const port = await freePort()
    home = `http://127.0.0.1:${port}`
    const folder = aFolder(devProject(acme(home)))
    await applied(folder.path, database.url)
    folder.remove()
    server = await serving({ databaseUrl: database.url })
    const app = express()
    const library = readFileSync(LIBRARY, 'utf8')
    app.get('/library.js', (_, response) => void response.type('text/javascript').send(library))
    app.get('/{*rest}', (_, response) => void response.send(page(server.issuer('acme'), home)))
    close = (await hosting(app, port)).close
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await close?.()
    await server?.stop()
    await database?.remove()
  })
  afterEach(() => context.close())

  async function signedIn(scope: string): Promise<Page> {
    context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(home)
    await tab.evaluate(`localStorage.scope = ${JSON.stringify(scope)}`)
    await tab.reload()
    await tab.evaluate('void manager.signinRedirect()')
    await tab.waitForURL(`${server.url}/**`)
    await tab.fill('[name=username]', 'alice')
    await tab.fill('[name=password]', 'wonderland')
    await tab.click('[value=sign-in]')
    await tab.waitForURL(`${home}/callback?**`)
    await tab.evaluate('done')
    return tab
  }

  const user = (tab: Page): Promise<Shown> => tab.evaluate('manager.getUser()')
  const renewed = (tab: Page): Promise<Shown> => tab.evaluate('manager.signinSilent()')

  test('code, PKCE, userinfo across origins', async () => {
    const { profile } = await user(await signedIn('openid email'))
    expect(profile).toMatchObject({ email: 'alice@acme.example', email_verified: true })
  })

  test('silent renewal in a frame, by prompt=none', async () => {
    const tab = await signedIn('openid email')
    const before = await user(tab)
    expect(before.refresh_token).toBeUndefined()
    const after = await renewed(tab)
    expect(after.access_token).not.toBe(before.access_token)
    expect(after.profile.sub).toBe(before.profile.sub)
  })

  test('silent renewal by refresh token, which rotates', async () => {
    const tab = await signedIn('openid email offline_access')
    const before = await user(tab)
    const after = await renewed(tab)
    expect(after.refresh_token).not.toBe(before.refresh_token)
    expect(after.access_token).not.toBe(before.access_token)
  })

  test('sign-out, after which a silent renewal is refused', async () => {
    const tab = await signedIn('openid email')
    await tab.evaluate('void manager.signoutRedirect()')
    await tab.waitForURL(`${home}/`)
    await tab.evaluate('done')
    await expect(renewed(tab)).rejects.toThrow('sign in')
  })
})
