import { afterEach, describe, expect, test } from 'vitest'
import { run } from '../support/command.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
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
      const [first, ...others] = await Promise.all(servers.map((server) => jwksOf(server, tenant)))
      for (const other of others) expect(other).toEqual(first)
      const env = { TOKENIDP_DATABASE_URL: database.url }
      const words = ['keys', 'list', tenant, '-o', 'json', '-C', project.path]
      const { keys } = JSON.parse((await run(words, { env })).stdout)
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
})
