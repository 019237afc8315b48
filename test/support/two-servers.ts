import { aTenant, devProject } from './documents.ts'
import { aFolder } from './folder.ts'
import { freePort } from './free-port.ts'
import { applied, type Serving, serving } from './serving.ts'
import { stores } from './stores.ts'

export interface TwoServers {
  /** Of the address that both say they have, and that nobody has yet. */
  readonly port: number
  readonly url: string
  readonly servers: readonly [Serving, Serving]
}

/** What the README has under "Scaling out", without the proxy: one PostgreSQL, two servers, tenant `ours`. */
export async function twoServers(ends: (() => unknown)[]): Promise<TwoServers> {
  const database = await stores[1]?.ready()
  if (database === undefined) throw new Error('the tests know no PostgreSQL')
  ends.push(database.remove)
  const project = aFolder(devProject(aTenant('ours')))
  ends.push(project.remove)
  await applied(project.path, database.url)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const words = ['--public-url', url, '--trusted-proxies', '127.0.0.1']
  const started = async () => {
    const server = await serving({ databaseUrl: database.url, keepPublicUrl: true, words })
    ends.push(() => server.kill())
    return server
  }
  return { port, url, servers: [await started(), await started()] }
}
