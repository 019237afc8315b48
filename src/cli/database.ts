import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { type Clock, type EpochSeconds, toSeconds } from '../base/time.ts'
import type { ConfigStore } from '../store/config-port.ts'
import type { Store } from '../store/port.ts'
import { variable } from './environment.ts'
import { EXIT, Failure } from './exit.ts'
import { ciUrl } from './git.ts'
import type { Invocation } from './invocation.ts'
import { ensureLocalDirectory, localDatabase } from './local.ts'
import { findProjectSettings, type ProjectSettings } from './project.ts'

export type Database = Store & { readonly config: ConfigStore }

export interface Opening {
  /** inspect: read only, nothing is created. require: the schema must be there. */
  readonly schema: 'migrate' | 'require' | 'inspect'
  /** Named statements: faster, and broken by a transaction-mode pooler. For servers. */
  readonly prepare?: boolean
  /** Past a pooler, for listening. */
  readonly directUrl?: string | undefined
  /** At most so many at once, of PostgreSQL. */
  readonly connections?: number
}

/** Opens, works, and closes whatever happens. */
export async function withDatabase<T>(
  { world, trace }: Invocation,
  url: string,
  opening: Opening,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../store/open.ts')
  const end = trace.begin()
  const statements = trace.statements()
  const database = await openStore(url, {
    prepare: false,
    ...opening,
    random: world.random,
    name: nameOf(world),
    heard: statements?.heard,
  })
  try {
    return await work(database)
  } finally {
    await database.close()
    end(() => statements?.told() ?? '')
  }
}

/** As the database shows it to who waits for our lock. */
const nameOf = ({ variables, user }: Invocation['world']): string =>
  ['tokenidp', `${variable(variables, 'TOKENIDP_ACTOR') ?? user}@${hostname()}`, ciUrl(variables)]
    .filter((part) => part !== undefined)
    .join(' ')

/** One clock for all who work on a database: keys and secrets take turns by it. Of a file, it is that of this machine. */
export const timeIn = async (
  { system }: Pick<Database, 'system'>,
  { clock }: { readonly clock: Clock },
): Promise<EpochSeconds> => (await system.now()) ?? toSeconds(clock.milliseconds())

/** For commands that need no documents, only what the project file says of the database. */
export const databaseOf = async (invocation: Invocation): Promise<string> =>
  databaseUrl(invocation, await findProjectSettings(invocation))

/** Flag, variable, project file, or the database beside the project. Paths become absolute here. */
export function databaseUrl(
  { global, world }: Invocation,
  project: Pick<ProjectSettings, 'root' | 'databaseUrl'>,
): string {
  const given = global.databaseUrl ?? readUrl(global.databaseUrlFile, world.directory)
  if (given !== undefined) return placed(absolute(given, world.directory), project.root)
  if (project.databaseUrl !== undefined)
    return placed(absolute(project.databaseUrl, project.root), project.root)
  return `sqlite:${localDatabase(project.root)}`
}

/** Who only looks takes a file that is not there for empty. Where none could be made, that would be a lie. */
function placed(url: string, root: string): string {
  const path = filePath(url)
  if (path === undefined || path === localDatabase(root)) return url
  const folder = dirname(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return url
  throw new Failure(
    EXIT.database,
    `the database ${path} cannot be used: there is no folder ${folder}`,
    `create ${folder} first, or check --database-url`,
  )
}

/** What a plan shows is what apply would do: where there is no file yet, one can be made. */
export function checkMakeable(url: string): void {
  const path = filePath(url)
  if (path === undefined || existsSync(path) || !existsSync(dirname(path))) return
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch {
    throw new Failure(
      EXIT.database,
      `there is no database ${path}, and this account cannot make one`,
      `see that it may write to ${dirname(path)}, or check --database-url`,
    )
  }
}

/** Before something is written to the database beside the project, its directory must be there. */
export function prepareLocal(url: string, root: string): void {
  if (url === `sqlite:${localDatabase(root)}`) ensureLocalDirectory(root)
}

function absolute(url: string, base: string): string {
  const [, path] = /^sqlite:(.+)$/.exec(url) ?? []
  if (path !== undefined) return path.startsWith(':') ? url : `sqlite:${resolve(base, path)}`
  if (/^postgres(ql)?:\/\//.test(url)) return url
  throw new Failure(
    EXIT.usage,
    'the database URL is neither sqlite:path nor postgres://…',
    'for instance --database-url sqlite:tokenidp.db',
  )
}

const filePath = (url: string): string | undefined => /^sqlite:([^:].*)$/s.exec(url)?.[1]

export function readUrl(path: string | undefined, directory: string): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(resolve(directory, path), 'utf8').trim()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.usage, `the database URL cannot be read: ${why}`, 'check the file')
  }
}
