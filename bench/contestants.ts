import { join } from 'node:path'
import { MASTER_KEY, ROOT } from '../test/support/command.ts'
import { freePort } from '../test/support/free-port.ts'
import { ours, PEER } from './paths.ts'
import { type Contestant, contestant } from './process.ts'
import type { Scenario } from './scenarios.ts'
import type { Format } from './setting.ts'

/** Node's words in front of the server's. */
type Preload = readonly string[]

const WITHOUT_HASH: Preload = ['--import', `${ROOT}bench/peer/without-argon2.ts`]

/** In front of a database that holds an applied project; `first` is what it is asked first. */
export async function tokenidpOn(
  databaseUrl: string,
  first: string,
  preload: Preload = [],
): Promise<Contestant> {
  const listen = `127.0.0.1:${await freePort()}`
  const url = `http://${listen}`
  return contestant({
    name: 'tokenidp',
    args: [
      ...preload,
      `${ROOT}bin/tokenidp.js`,
      ...['serve', '--listen', listen, '--public-url', url],
    ],
    url,
    first,
    env: { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY },
  })
}

/** As a scenario wants it: only where sign-ins are what is measured does a hash make a difference. */
export const tokenidpIn = (
  { format, ask, isHashed }: Scenario,
  databaseUrl: string,
): Promise<Contestant> =>
  tokenidpOn(
    databaseUrl,
    ours(format).discovery,
    ask === 'sign-in' && !isHashed ? WITHOUT_HASH : [],
  )

export const tokenidpFor = (databaseUrl: string, format: Format): Promise<Contestant> =>
  tokenidpOn(databaseUrl, ours(format).discovery)

export async function peerOf(
  { peer, format, isHashed = false }: Pick<Scenario, 'peer' | 'format' | 'isHashed'>,
  folder: string,
  postgres = '',
): Promise<Contestant> {
  const port = await freePort()
  const store = { memory: 'memory', sqlite: `sqlite:${join(folder, 'peer.db')}`, postgres }[peer]
  return contestant({
    name: 'oidc-provider',
    args: [
      `${ROOT}bench/peer/oidc-provider.ts`,
      ...[String(port), format, store, isHashed ? 'hashed' : 'unhashed'],
    ],
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
