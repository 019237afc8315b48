import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  aFlock,
  ageKey,
  type Canaries,
  filesOf,
  sourcesOf,
  textsIn,
  valuesOf,
  variablesOf,
} from '../support/canaries.ts'
import { MASTER_KEY, type Outcome, run } from '../support/command.ts'
import { everyRow } from '../support/every-row.ts'
import { aFolder } from '../support/folder.ts'
import { type Serving, serving } from '../support/serving.ts'
import { stores } from '../support/stores.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Once the values have changed, in order. */
const COMMANDS = [
  ['plan -o json --fail-on caution', 5],
  ['apply --auto-approve', 0],
  ['history -o json', 0],
  ['show 1', 0],
  ['show 2 -o json', 0],
  ['drift', 0],
  ['audit -o json', 0],
  ['status', 0],
] as const

describe.each(stores)('200 secrets on $name', { timeout: 120_000 }, ({ fresh }) => {
  test('are in no output, log, cache or row, and neither are their old values', async () => {
    const database = await fresh()
    ends.push(database.remove)
    const [before, after] = [aFlock(), aFlock()]
    const project = aFolder(await filesOf(before, 'before'))
    ends.push(project.remove)
    const cache = join(project.path, 'cache')
    const told: string[] = []
    const tell = async (values: Canaries, ...words: string[]): Promise<Outcome> => {
      const outcome = await run([...words, '-vv', '-C', project.path], {
        env: {
          ...variablesOf(values),
          TOKENIDP_DATABASE_URL: database.url,
          TOKENIDP_MASTER_KEY: MASTER_KEY,
          XDG_CACHE_HOME: cache,
        },
      })
      told.push(outcome.stdout, outcome.stderr)
      return outcome
    }

    expect((await tell(before, 'validate')).code).toBe(0)
    expect((await tell(before, 'apply', '--auto-approve', '-o', 'json')).code).toBe(0)
    const server = await serving({ databaseUrl: database.url, env: { TOKENIDP_LOG: 'debug' } })
    ends.push(() => server.stop())
    await tryAll(server, before)
    for (const [name, text] of Object.entries(await filesOf(after, 'after')))
      project.write(name, text)
    expect((await tell(after, 'plan')).stdout).toContain('new value')
    expect((await tell({ ...after, env: [] }, 'plan')).code).toBe(3)
    for (const [line, code] of COMMANDS)
      expect((await tell(after, ...line.split(' '))).code, line).toBe(code)
    await tell(before, 'rollback', '1', '--plan-only')
    project.write('acme.yaml', 'kind: Tenant\n  broken: [')
    expect((await tell(after, 'plan')).code).toBe(3)
    await server.stop()
    told.push(server.running.stdout(), server.running.stderr())

    const kept = [
      ...told,
      await everyRow(database.url),
      await sourcesOf(database.url),
      ...textsIn(cache, (name) => name.endsWith('.json')),
    ]
    const all = kept.join('\n')
    expect(all.length).toBeGreaterThan(100_000)
    expect(all).toMatch(/ ms {2}insert into "secret_verifier"/)
    for (const value of [...valuesOf(before), ...valuesOf(after), ageKey.identity])
      expect(all).not.toContain(value)
  })
})

/** A few are used, rightly and wrongly, so that the log has something to say. */
async function tryAll(server: Serving, { env, literal }: Canaries): Promise<void> {
  const ask = (client: string, secret: string) =>
    fetch(`${server.issuer('acme')}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client,
        client_secret: secret,
      }),
    })
  expect((await ask('env-0', env[0] ?? '')).status).toBe(200)
  expect((await ask('env-0', literal[1] ?? '')).status).toBe(401)
}
