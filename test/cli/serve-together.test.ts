import { afterEach, describe, expect, test } from 'vitest'
import { aCode, aParty, post, redeem } from '../support/client.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { stores } from '../support/stores.ts'

const jwksOf = async (server: Serving, tenant: string) =>
  (await fetch(`${server.issuer(tenant)}/jwks.json`)).json()

describe.each(stores)('servers that start at the same moment on $name', (engine) => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  test('make one set of keys', async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    const project = aFolder(devProject(aTenant('ours'), aTenant('theirs')))
    ends.push(project.remove)
    await applied(project.path, database.url)
    const starting = Array.from({ length: 3 }, () => serving({ databaseUrl: database.url }))
    const servers = await Promise.all(starting)
    ends.push(() => Promise.all(servers.map((server) => server.stop())))

    for (const tenant of ['ours', 'theirs']) {
      // A key that one of them made is told to the others a moment later.
      const published = () => Promise.all(servers.map((server) => jwksOf(server, tenant)))
      await expect
        .poll(async () => new Set((await published()).map((jwks) => JSON.stringify(jwks))).size)
        .toBe(1)
      const [first] = await published()
      const env = { TOKENIDP_DATABASE_URL: database.url }
      const words = ['keys', 'list', tenant, '-o', 'json', '-C', project.path]
      const { keys } = JSON.parse((await tokenidpHere(words, { env })).stdout)
      const found = keys.map(
        ({ algorithm, state }: Record<string, string>) => `${algorithm} ${state}`,
      )
      expect(found.sort()).toEqual([
        'ES256 active',
        'ES256 pending',
        'RS256 active',
        'RS256 pending',
      ])
      expect(first.keys).toHaveLength(4)
    }
  })

  test('know at once what was revoked at another', async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, database.url)
    const both = await Promise.all([1, 2].map(() => serving({ databaseUrl: database.url })))
    ends.push(() => Promise.all(both.map((server) => server.stop())))
    const [here, there] = both.map((server) => aParty(server.issuer('ours')))
    if (here === undefined || there === undefined) throw new Error('few')

    const isActive = async (token: unknown) =>
      (await post(there, '/introspect', { token: String(token) })).body.active
    // An opaque one: the two servers call themselves by their own addresses.
    const buy = async () =>
      (await redeem(here, await aCode(here, { scope: 'openid offline_access open' }))).body
    for (const kind of ['access_token', 'refresh_token']) {
      const bought = await buy()
      expect(await isActive(bought.access_token)).toBe(true)
      await post(here, '/revoke', { token: String(bought[kind]) })
      expect(await isActive(bought.access_token)).toBe(false)
      expect(await isActive(bought.refresh_token)).toBe(kind === 'access_token')
    }
  })
})
