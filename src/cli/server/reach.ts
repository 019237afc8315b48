import type { Log } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { readUrl } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import type { World } from '../invocation.ts'

export interface ReachFlags {
  readonly databasePrepare?: string
}

/** How a server talks to its database. */
interface Reach {
  readonly prepare: boolean
  readonly directUrl: string | undefined
}

/** Names of statements belong to a connection of PostgreSQL: a pooler per transaction mixes them up. */
export async function reach(
  flags: ReachFlags,
  world: Pick<World, 'variables' | 'directory'>,
  url: string,
  log: Log,
): Promise<Reach> {
  const directUrl = directUrlOf(world)
  const choice = flags.databasePrepare ?? variable(world.variables, 'TOKENIDP_DATABASE_PREPARE')
  if (choice !== undefined && choice !== 'on' && choice !== 'off')
    throw new Failure(
      EXIT.usage,
      `--database-prepare (TOKENIDP_DATABASE_PREPARE) is "${choice}"`,
      'use on or off, or leave it out to have it found out',
    )
  if (isSqlite(url) || choice !== undefined) return { directUrl, prepare: choice !== 'off' }
  const { isPooledByTransaction } = await import('../../store/pooler.ts')
  const isPooled = await isPooledByTransaction(url)
  if (isPooled)
    log.info('the database is behind a pooler per transaction: statements have no names')
  return { directUrl, prepare: !isPooled }
}

function directUrlOf({ variables, directory }: Pick<World, 'variables' | 'directory'>) {
  const url = variable(variables, 'TOKENIDP_DIRECT_DATABASE_URL')
  const path = variable(variables, 'TOKENIDP_DIRECT_DATABASE_URL_FILE')
  if (url !== undefined && path !== undefined)
    throw new Failure(
      EXIT.usage,
      'TOKENIDP_DIRECT_DATABASE_URL and TOKENIDP_DIRECT_DATABASE_URL_FILE are both set',
      'unset one of them',
    )
  const given = url ?? readUrl(path, directory)
  if (given === undefined || /^postgres(ql)?:\/\//.test(given)) return given
  throw new Failure(
    EXIT.usage,
    'TOKENIDP_DIRECT_DATABASE_URL is not the URL of a PostgreSQL',
    'write postgres://user:password@host/database',
  )
}

const SQLITE_MS = 200
const POSTGRES_MS = { least: 4000, spread: 1000 }

/** Servers of one PostgreSQL look at different times; they are told of what is new before they look. */
export const pollMsOf =
  (url: string, random: Random): (() => number) =>
  () =>
    isSqlite(url)
      ? SQLITE_MS
      : POSTGRES_MS.least + (POSTGRES_MS.spread * (random.bytes(1)[0] ?? 0)) / 255

const isSqlite = (url: string): boolean => url.startsWith('sqlite:')
