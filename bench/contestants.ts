import { join } from 'node:path'
import { MASTER_KEY, ROOT } from '../test/support/command.ts'
import { freePort } from '../test/support/free-port.ts'
import { ours, PEER } from './paths.ts'
import { type Contestant, contestant } from './process.ts'
import type { Scenario } from './scenarios.ts'
import type { Format } from './setting.ts'

/** In front of a database that holds an applied project; `first` is what it is asked first. */
export async function tokenidpOn(databaseUrl: string, first: string): Promise<Contestant> {
  const listen = `127.0.0.1:${await freePort()}`
  const url = `http://${listen}`
  return contestant({
    name: 'tokenidp',
    args: [`${ROOT}bin/tokenidp.js`, 'serve', '--listen', listen, '--public-url', url],
    url,
    first,
    env: { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY },
  })
}

export const tokenidpFor = (databaseUrl: string, format: Format): Promise<Contestant> =>
  tokenidpOn(databaseUrl, ours(format).discovery)

export async function peerOf(
  { peer, format }: Pick<Scenario, 'peer' | 'format'>,
  folder: string,
  postgres = '',
): Promise<Contestant> {
  const port = await freePort()
  const store = { memory: 'memory', sqlite: `sqlite:${join(folder, 'peer.db')}`, postgres }[peer]
  return contestant({
    name: 'oidc-provider',
    args: [`${ROOT}bench/peer/oidc-provider.ts`, String(port), format, store],
    url: `http://127.0.0.1:${port}`,
    first: PEER.discovery,
  })
}

export async function floorOf(
  { format }: Pick<Scenario, 'format'>,
  folder: string,
): Promise<Contestant> {
  const port = await freePort()
  return contestant({
    name: 'the floor',
    args: [`${ROOT}bench/peer/floor.ts`, String(port), format, join(folder, 'floor.db')],
    url: `http://127.0.0.1:${port}`,
    first: '/ready',
  })
}
