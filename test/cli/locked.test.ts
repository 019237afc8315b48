import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { project } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { holdConfiguration } from '../support/locked.ts'

const NAME = 'tokenidp ann@build-7 https://ci.example/jobs/7'

describe.each(databases)('apply while somebody else changes things on $engine', (engine) => {
  async function aShop() {
    const root = project(aProject())
    const url = await engine.newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url, TOKENIDP_ACTOR: 'bob', CI_JOB_URL: 'https://ci/8' }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
    expect(await run('db', 'migrate')).toMatchObject({ code: 0 })
    return { url, apply: (...more: string[]) => run('apply', '--auto-approve', ...more) }
  }

  test('exits 4 in time, names who that is where it can, and works once it is over', async () => {
    const { url, apply } = await aShop()
    const named = new URL(url)
    if (engine.engine === 'postgres') named.searchParams.set('application_name', NAME)
    const letGo = await holdConfiguration(engine.engine === 'postgres' ? named.href : url)
    const refused = await apply('--lock-timeout', '200ms')
    expect(refused.code, refused.stderr).toBe(4)
    expect(refused.stderr).toMatch(/another process.*\n +next: try again/)
    if (engine.engine === 'postgres') expect(refused.stderr).toContain(`configuration: ${NAME}`)

    const applying = apply()
    if (engine.engine === 'postgres') await waitingAs(url, /^tokenidp bob@.+ https:\/\/ci\/8$/)
    await letGo()
    expect(await applying).toMatchObject({ code: 0 })
  })
})

async function waitingAs(url: string, name: RegExp): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  const names = async () =>
    (
      await client.query<{ name: string }>(
        `select application_name as name from pg_stat_activity where datname = current_database()
          and query like '%pg_try_advisory_xact_lock%' and pid <> pg_backend_pid()`,
      )
    ).rows.map((row) => row.name)
  await expect.poll(names).toContainEqual(expect.stringMatching(name))
}
