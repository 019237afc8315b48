import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { document, project } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { type Serving, serving } from '../support/serving.ts'
import { testRandom } from '../support/stores.ts'

const DAY = 86_400
const nowMs = Date.now()
const now = Math.floor(nowMs / 1000)
/** The database's clock goes on while a test runs. */
const about = (instant: number) => expect.toSatisfy((at) => Math.abs(Number(at) - instant) < 30)

const answerTo = async (server: Serving, secret: string): Promise<number> =>
  (
    await fetch(`${server.issuer('acme')}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`worker:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
  ).status

describe.each(databases)('the secrets of applications on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(aProject())
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const run = (words: string, at = nowMs) =>
      tokenidpHere([...words.split(' '), '-o', 'json'], { cwd: root, env, nowMs: at })
    expect(await run('apply --auto-approve')).toMatchObject({ code: 0 })
    return { root, url, run }
  }

  test('a second one works beside the first, which ends by date', async () => {
    const { url, run } = await aShop()
    const server = await serving({ databaseUrl: url })
    onTestFinished(() => server.kill())
    const issued = await run('secrets rotate acme worker --keep 1h')
    expect(document(issued)).toMatchObject({
      kind: 'IssuedSecret',
      address: 'Application/acme/worker',
      ending: ['first'],
      endsAt: about(now + 3600),
    })
    const secret = String(document(issued).secret)
    await expect.poll(() => answerTo(server, secret), { timeout: 8000 }).toBe(200)
    expect(await answerTo(server, 'worker-secret')).toBe(200)
    expect(await answerTo(server, 'guess')).toBe(401)
    const { secrets } = document(await run('secrets list acme worker'))
    expect(secrets).toMatchObject([
      { id: 'first', origin: 'documents', state: 'ending', endsAt: about(now + 3600) },
      { origin: 'issued', state: 'live', endsAt: null },
    ])
    for (const { usedAt } of secrets as { usedAt: number }[])
      expect(usedAt).toBeGreaterThan(now - 60)

    expect(document(await run('plan'))).toMatchObject({ changes: [] })
    await run('secrets rotate acme worker --keep 0s', nowMs + 1000)
    await expect.poll(() => answerTo(server, secret), { timeout: 8000 }).toBe(401)
    expect(await answerTo(server, 'worker-secret')).toBe(401)
    await server.stop()
  })

  test('its value is in no row, and in the file where one is named', async () => {
    const { root, url, run } = await aShop()
    const told = document(
      await run('secrets rotate acme worker --secrets-out file:new.json --ttl 30d'),
    )
    expect(told).toMatchObject({ secret: null, expiresAt: about(now + 30 * DAY) })
    const kept = JSON.parse(readFileSync(join(root, 'new.json'), 'utf8'))
    const [{ value }] = kept.secrets
    const store = await openStore(url, { schema: 'require', random: testRandom })
    expect(JSON.stringify(await store.config.live())).not.toContain(value)
    await store.close()
    expect(document(await run('history'))).toMatchObject({ revisions: [{ kind: 'secrets' }, {}] })
    expect(await run('audit --verify')).toMatchObject({ code: 0 })
  })

  test.for([
    { words: 'secrets rotate acme wroker', code: 1, says: 'did you mean worker?' },
    { words: 'secrets rotate nowhere worker', code: 1, says: 'there is no tenant' },
    { words: 'secrets rotate acme worker --keep soon', code: 64, says: 'takes a length of time' },
  ])('$words: exit $code', async ({ words, code, says }) => {
    const { run } = await aShop()
    const ran = await run(words)
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(says)])
  })
})
