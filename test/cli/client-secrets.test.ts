import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { document, project } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
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

/** The worker with secrets that end so many seconds from now, instead of one that never does. */
const ending = (ends: readonly number[]): string =>
  ends.length === 0
    ? worker()
    : worker().replace(
        / {6}- id: first.*/s,
        ends
          .map((after, index) => {
            const expiresAt = new Date(nowMs + after * 1000).toISOString().replace(/\.\d+/, '')
            return `      - { id: s${index}, value: value-${index}, expiresAt: ${expiresAt} }\n`
          })
          .join(''),
      )

describe.each(databases)('the secrets of applications on $engine', ({ newDatabase }) => {
  async function aShop(ends: readonly number[] = []) {
    const root = project(aProject({ 'worker.yaml': ending(ends) }))
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const shown = (words: string, at = nowMs) =>
      tokenidpHere(words.split(' '), { cwd: root, env, nowMs: at })
    const run = (words: string, at?: number) => shown(`${words} -o json`, at)
    const applied = await run('apply --auto-approve')
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    return { root, url, run, shown }
  }

  test('a second one works beside the first, which ends by date', async () => {
    const { url, run } = await aShop()
    const metrics = `127.0.0.1:${await freePort()}`
    const env = { TOKENIDP_METRICS_LISTEN: metrics }
    const server = await serving({ databaseUrl: url, env })
    onTestFinished(() => server.kill())
    const issued = await run('secrets rotate acme worker --keep 1h --ttl 30d')
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
      { origin: 'issued', state: 'ending', endsAt: about(now + 30 * DAY) },
    ])
    for (const { usedAt } of secrets as { usedAt: number }[])
      expect(usedAt).toBeGreaterThan(now - 60)

    expect(document(await run('plan'))).toMatchObject({ changes: [] })
    const told = await (await fetch(`http://${metrics}/metrics`)).text()
    const ends = told.matchAll(
      /^tokenidp_client_secret_end_timestamp_seconds\{tenant="acme",application="worker",secret="(\w+)"\} (\d+)$/gm,
    )
    expect(Array.from(ends, ([, secret, at]) => [secret, Number(at)])).toEqual([
      ['next', about(now + 3600)],
      ['last', about(now + 30 * DAY)],
    ])
    await run('secrets rotate acme worker --keep 0s', nowMs + 1000)
    await expect.poll(() => answerTo(server, secret), { timeout: 8000 }).toBe(401)
    expect(await answerTo(server, 'worker-secret')).toBe(401)
    await server.stop()
  })

  test('one without an end is warned of', async () => {
    const { shown } = await aShop()
    const endless = await shown('secrets rotate acme worker')
    expect(endless).toMatchObject({ code: 0 })
    expect(endless.stderr).toMatch(/issued-\S+ of Application\/acme\/worker has no end[\s\S]*--ttl/)
    const ended = await shown('secrets rotate acme worker --ttl 365d', nowMs + 1000)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
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
    { when: 'without an end', ends: [], secrets: [] },
    { when: 'far off', ends: [15 * DAY], secrets: [] },
    {
      when: 'soon, and nothing after it',
      ends: [5 * DAY],
      secrets: [{ id: 's0', state: 'ending', isLast: true }],
      warns: [/the last secret of "worker" ends at 20/],
    },
    {
      when: 'soon, and another one works for longer',
      ends: [5 * DAY, 90 * DAY],
      secrets: [{ id: 's0', state: 'ending', isLast: false }],
    },
    {
      when: 'past and still declared',
      ends: [-DAY, 90 * DAY],
      secrets: [{ id: 's0', state: 'ended', isLast: false }],
      warns: [/secret "s0" ended at 20.*\n.* = help: remove it/s],
    },
    {
      when: 'all past',
      ends: [-DAY, -2 * DAY],
      secrets: [
        { id: 's1', state: 'ended', isLast: false },
        { id: 's0', state: 'ended', isLast: true },
      ],
      warns: [/the last secret of "worker" ended at 20/, /secret "s1" ended/],
    },
  ])('an end that is $when: validate and status', async ({ ends, secrets, warns = [] }) => {
    const { run, shown } = await aShop(ends)
    expect(document(await run('status')).secrets).toMatchObject(secrets)
    const { stdout } = await shown('status')
    for (const { id } of secrets)
      expect(stdout).toMatch(
        new RegExp(`^secret +${id} of Application/acme/worker end[sed]+ at 20`, 'm'),
      )
    expect(stdout.match(/^secret /gm) ?? []).toHaveLength(secrets.length)
    const validated = await shown('validate')
    expect(validated.code).toBe(0)
    for (const each of warns) expect(validated.stderr).toMatch(each)
    expect(validated.stderr.match(/warning\[TIDP2080\]/g) ?? []).toHaveLength(warns.length)
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
