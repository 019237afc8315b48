import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { ROOT, start } from '../support/command.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied } from '../support/serving.ts'
import { stores, testRandom } from '../support/stores.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A database with one revision, and documents that ask for more. */
async function aChange(name: string) {
  const engine = stores.find((each) => each.name === name)
  if (engine === undefined) throw new Error(`the tests know no ${name}`)
  const { url, remove } = await engine.fresh()
  ends.push(remove)
  const project = aFolder(devProject(aTenant('one')))
  ends.push(project.remove)
  await applied(project.path, url)
  project.write('more.yaml', aTenant('two'))
  return {
    url,
    words: ['apply', '--auto-approve', '-C', project.path],
    env: { TOKENIDP_DATABASE_URL: url },
    path: project.path,
  }
}

async function revisionOf(url: string): Promise<number> {
  const store = await openStore(url, { schema: 'require', random: testRandom })
  try {
    return (await store.config.live()).revision
  } finally {
    await store.close()
  }
}

async function administering(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  ends.push(() => client.end())
  return client
}

describe('an apply whose database fails', () => {
  test('sqlite takes no more bytes: nothing is applied, and the next one works', async () => {
    const { url, words, env, path } = await aChange('sqlite')
    const child = spawn(
      'prlimit',
      ['--fsize=65536:', process.execPath, `${ROOT}bin/tokenidp.js`, ...words],
      {
        env: { PATH: process.env.PATH, HOME: path, ...env },
      },
    )
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code] = await once(child, 'close')
    expect(said).toMatch(/cannot be used.*\n +next: /)
    expect(said).not.toMatch(/ at .*\.js:\d+/)
    expect(code).toBe(7)
    expect(await revisionOf(url)).toBe(1)
    await applied(path, url)
    expect(await revisionOf(url)).toBe(2)
  })

  test('postgres is read-only: said so, with what to do', async () => {
    const { url, words, env } = await aChange('postgres')
    const name = new URL(url).pathname.slice(1)
    const client = await administering(url)
    await client.query(`alter database ${name} set default_transaction_read_only = on`)
    const outcome = await tokenidpHere(words, { env })
    expect(outcome.stderr).toMatch(/read-only.*\n +next: /)
    expect(outcome.code).toBe(7)
    expect(await revisionOf(url)).toBe(1)
  })

  test('postgres goes away in the middle: nothing is applied, and nothing stays locked', async () => {
    const { url, words, env, path } = await aChange('postgres')
    const client = await administering(url)
    // The lock that an apply takes first, so that ours is caught within its transaction.
    await client.query('select pg_advisory_lock(8431760221)')
    const apply = start(words, { env })
    const waiting = `select pid from pg_stat_activity where datname = current_database()
      and application_name like 'tokenidp%' and query like '%pg_try_advisory_xact_lock%'`
    let pids: readonly number[] = []
    while (pids.length === 0)
      pids = (await client.query<{ pid: number }>(waiting)).rows.map(({ pid }) => pid)
    await client.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids])
    const outcome = await apply.ended
    expect(outcome.stderr).toMatch(/cannot be used.*\n +next: /)
    expect(outcome.code).toBe(7)
    await client.query('select pg_advisory_unlock_all()')
    expect(await revisionOf(url)).toBe(1)
    await applied(path, url)
    expect(await revisionOf(url)).toBe(2)
  })

  test('postgres has no space left: nothing is applied, and the next one works', async () => {
    const { url, words, env, path } = await aChange('postgres')
    const client = await administering(url)
    await client.query(`create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`)
    await client.query(`create trigger full_disk before insert on audit_entry
      for each row execute function full_disk()`)
    const outcome = await tokenidpHere(words, { env })
    expect(outcome.stderr).toMatch(/cannot be used: could not extend file\n +next: .*space/)
    expect(outcome.code).toBe(7)
    expect(await revisionOf(url)).toBe(1)
    await client.query('drop trigger full_disk on audit_entry')
    await applied(path, url)
    expect(await revisionOf(url)).toBe(2)
  })

  test.for(stores.map(({ name }) => name))(
    '%s: an object that was damaged is named, and its text is not repeated',
    async (name) => {
      const { url, words, env, path } = await aChange(name)
      for (const spec of ['{"secret": canary', 'null']) {
        await damage(
          url,
          `update config_object set spec = '${spec}' where kind = 'Application' and name = 'web'`,
        )
        for (const line of [['plan'], ['status'], ['drift'], ['export'], words.slice(0, 2)]) {
          const outcome = await tokenidpHere([...line, '-v', '-C', path], { env })
          expect(outcome.stderr).toContain('holds Application/one/web of revision 1, which is no')
          expect(outcome.stderr).toMatch(/\n +next: restore it from a backup\n/)
          expect(outcome.stdout + outcome.stderr).not.toContain('canary')
          expect(outcome.code).toBe(7)
        }
      }
      await damage(url, `update config_object set spec = '{}' where kind = 'Application'`)
      await applied(path, url)
      expect(await revisionOf(url)).toBe(2)
    },
  )

  test.for(stores.map(({ name }) => name))(
    '%s: a revision that was damaged cannot be rolled back to',
    async (name) => {
      const { url, env, path } = await aChange(name)
      await applied(path, url)
      const store = await openStore(url, { schema: 'require', random: testRandom })
      const source = await store.config.source(1)
      await store.close()
      expect(source).toBeDefined()
      await damage(url)
      const words = ['rollback', '1', '--auto-approve', '-C', path]
      const outcome = await tokenidpHere(words, { env })
      expect(outcome.stderr).toMatch(/revision 1.*\n +next: /)
      expect(outcome.stderr).not.toMatch(/ at .*\.[jt]s:\d+/)
      expect(outcome.code).toBe(1)
      expect(await revisionOf(url)).toBe(2)
    },
  )
})

async function damage(
  url: string,
  statement = `update config_revision set source_gz = ${url.startsWith('sqlite:') ? "x'1f8b0000'" : "'\\\\x1f8b0000'"} where id = 1`,
): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const { default: BetterSqlite } = await import('better-sqlite3')
    const database = new BetterSqlite(url.slice('sqlite:'.length))
    database.exec(statement)
    database.close()
    return
  }
  await (await administering(url)).query(statement)
}
