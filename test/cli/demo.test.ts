import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { expect, test } from 'vitest'
import { project, running } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { userAgent } from '../support/user-agent.ts'

const shop = (port: number): string => `apiVersion: tokenidp.dev/v1
kind: Application
metadata:
  tenant: acme
  name: shop
spec:
  type: web
  displayName: Shop
  redirectUris:
    - http://127.0.0.1:${port}/callback
  scopes:
    - openid
    - email
  clientAuth:
    secrets:
      - id: first
        value: shop-secret
`

/** A person at the address that `dev` printed, through sign-in and consent. */
async function signedIn(url: string) {
  const agent = userAgent()
  const signIn = await agent.open(url)
  expect(signIn.html).toContain('to continue to <strong>Shop</strong>')
  const consent = await agent.submit(signIn, {
    username: 'alice',
    password: 'wonderland',
    action: 'sign-in',
  })
  return agent.submit(consent, { action: 'allow' })
}

test('a person signs in to an application that exists only as YAML', async () => {
  const port = await freePort()
  const root = project(aProject({ 'shop.yaml': shop(port) }))
  const server = running(['dev', '--listen', '127.0.0.1:0', '-C', root])
  const [, url = ''] = await server.says(/sign in {4}(\S+\/acme\/shop)$/m)

  const told = await signedIn(url)
  expect(told.url.origin).toBe(`http://127.0.0.1:${port}`)
  expect(told.html).toMatch(/Shop knows who you are[\s\S]*"aud": "shop"/)
  // The address is the application's again.
  await expect(fetch(told.url)).rejects.toThrow()
  expect((await userAgent().open(url)).html).toContain('name="password"') // and can be lent once more
})

test('an application that is real keeps its address, and other names of this machine get nothing', async () => {
  const port = await freePort()
  const root = project(aProject({ 'shop.yaml': shop(port) }))
  const server = running(['dev', '--listen', '127.0.0.1:0', '-C', root])
  const [, url = ''] = await server.says(/sign in {4}(\S+\/acme\/shop)$/m)

  const real = createServer((_, response) => response.end('real')).listen(port, '127.0.0.1')
  await once(real, 'listening')
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(409)
  real.close()
  const [foreign] = await once(get(url, { headers: { host: 'attacker.example' } }), 'response')
  expect(foreign.statusCode).toBe(404)
})
