import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/base/system.ts'
import { toSeconds } from '../../src/base/time.ts'
import { specHash } from '../../src/deploy/plan/digests.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import type { ServerInstance } from '../../src/store/port.ts'
import { document, project, running, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { aRevision } from '../support/revisions.ts'
import { type Serving, serving } from '../support/serving.ts'
import { testRandom } from '../support/stores.ts'

const now = () => toSeconds(systemClock.milliseconds())

const aServer = (change: Partial<ServerInstance> = {}): ServerInstance => ({
  id: 's1',
  host: 'web-1:4000',
  version: '1.0.0',
  activeRevision: 1,
  targetRevision: 1,
  state: 'serving',
  error: undefined,
  lastSeen: now(),
  ...change,
})

async function aShop(newDatabase: (root: string) => Promise<string>) {
  const root = project(aProject())
  const url = await newDatabase(root)
  const env = { TOKENIDP_DATABASE_URL: url }
  const words = (...more: string[]) => ['apply', '--auto-approve', '-C', root, ...more]
  const run = (...more: string[]) => tokenidpHere([...more, '-C', root], { env })
  const apply = (...more: string[]) => tokenidpHere(words(...more), { env })
  expect(await apply()).toMatchObject({ code: 0 })
  const store = await openStore(url, { schema: 'require', random: testRandom })
  onTestFinished(() => store.close())
  const withSecret = (secret: string) => write(root, 'worker.yaml', worker(secret))
  return { root, url, env, words, run, apply, store, withSecret }
}

/** How a server answers who comes with this secret. */
const answerTo = async (server: Serving, secret: string): Promise<number> =>
  (
    await fetch(`${server.issuer('acme')}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`worker:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
  ).status

const healthOf = (server: Serving) =>
  Promise.all(
    ['/readyz', '/healthz', '/healthz?strict'].map(
      async (path) => (await fetch(`${server.url}${path}`)).status,
    ),
  )

describe.each(databases)('apply --wait on $engine', ({ newDatabase }) => {
  test('waits for nobody where no server lives', async () => {
    const { store, apply, withSecret } = await aShop(newDatabase)
    await store.system.heartbeat(aServer({ lastSeen: now() - 100 }))
    withSecret('second')
    const applied = await apply('--wait')
    expect(applied.code, applied.stderr).toBe(0)
    expect(applied.stdout).toMatch(/Applied revision 2.*\nNo server is live/)
  })

  test('exits 6 and names who is behind, and why', async () => {
    const { store, apply, withSecret } = await aShop(newDatabase)
    const failed = { state: 'failed', targetRevision: 2, error: 'it is broken' } as const
    await store.system.heartbeat(aServer({ id: 's2', host: 'web-2:4000', activeRevision: 2 }))
    await store.system.heartbeat(aServer({ id: 's3', host: 'web-3:4000', ...failed }))
    await store.system.heartbeat(aServer())
    withSecret('second')
    const applied = await apply('--wait=300ms', '-o', 'json')
    expect(applied.code).toBe(6)
    expect(document(applied)).toMatchObject({
      kind: 'Apply',
      revision: 2,
      servers: [
        { host: 'web-1:4000', activeRevision: 1, isLive: true, error: null },
        { host: 'web-2:4000', activeRevision: 2 },
        { host: 'web-3:4000', activeRevision: 1, state: 'failed', error: 'it is broken' },
      ],
    })
    expect(applied.stderr).toContain('2 of 3 live servers did not report it')
    expect(applied.stderr).toMatch(/web-1:4000 serves revision 1 and was last seen 20/)
    expect(applied.stderr).toContain('web-3:4000 serves revision 1 and cannot load revision 2: it')
    expect(applied.stderr).toContain('tokenidp status')
    const again = await apply('--wait=300ms', '-o', 'json')
    expect([again.code, document(again)]).toMatchObject([6, { revision: 2, changes: [] }])
  })

  test('does not wait for who cannot load it, and goes on waiting for who is slow', async () => {
    const { store, apply, withSecret } = await aShop(newDatabase)
    const failed = { state: 'failed', targetRevision: 2, error: 'it is broken' } as const
    await store.system.heartbeat(aServer({ id: 's2', host: 'web-2:4000', ...failed }))
    withSecret('second')
    const alone = await apply('--wait=10m')
    expect(alone.code).toBe(6)
    expect(alone.stderr).toMatch(
      /revision 2 is applied, and 1 of 1 live servers cannot load it\n +tokenidp status/,
    )
    expect(alone.stderr).toContain('web-2:4000 serves revision 1 and cannot load revision 2: it is')

    await store.system.heartbeat(aServer())
    await store.system.heartbeat(aServer({ id: 's2', host: 'web-2:4000', ...failed }))
    withSecret('third')
    const applying = apply('--wait=10m', '-o', 'json')
    await expect.poll(async () => (await store.system.head()).revision).toBe(3)
    // What it failed at was another revision: it may still load this one.
    await store.system.heartbeat(aServer({ activeRevision: 3, targetRevision: 3 }))
    const later = { ...failed, targetRevision: 3 }
    await store.system.heartbeat(aServer({ id: 's2', host: 'web-2:4000', ...later }))
    const applied = await applying
    expect(applied.code).toBe(6)
    expect(document(applied)).toMatchObject({
      servers: [
        { host: 'web-1:4000', activeRevision: 3 },
        { host: 'web-2:4000', targetRevision: 3, error: 'it is broken' },
      ],
    })
    expect(applied.stderr).toContain('1 of 2 live servers cannot load it')
  })

  test('a revision for newer servers leaves the old one serving, and says so', async () => {
    const { store, url, run, apply, withSecret } = await aShop(newDatabase)
    const metrics = `127.0.0.1:${await freePort()}`
    const server = await serving({
      databaseUrl: url,
      env: { TOKENIDP_METRICS_LISTEN: metrics },
    })
    onTestFinished(() => server.kill())
    await store.config.transaction(1000, (tx) => tx.commitRevision(aRevision({ minReader: '99' })))
    const shown = async () => document(await run('status', '-o', 'json'))
    const error = expect.stringContaining('revision 2 is for servers that read format 99')
    const behind = { activeRevision: 1, targetRevision: 2, state: 'failed', error }
    await expect.poll(shown).toMatchObject({ revision: 2, servers: [behind] })
    expect((await run('status')).stdout).toMatch(/revision 1, cannot load revision 2: /)
    await expect.poll(server.running.stderr).toContain('cannot load the newest revision')
    expect(await answerTo(server, 'worker-secret')).toBe(200)
    expect(await healthOf(server)).toMatchObject([200, 200, 503])
    const strict = await fetch(`${server.url}/healthz?strict`)
    expect(await strict.json()).toMatchObject({ status: 'behind', revision: 1, target: 2 })

    const told = await (await fetch(`http://${metrics}/metrics`)).text()
    expect(told).toMatch(/^tokenidp_config_revision\{state="active"\} 1$/m)
    expect(told).toMatch(/^tokenidp_config_revision\{state="failed"\} 2$/m)
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404)

    withSecret('second')
    const refused = await apply()
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('newer program')])
    await store.config.transaction(1000, (tx) => tx.commitRevision(aRevision({ minReader: '1' })))
    expect(await apply('--wait')).toMatchObject({ code: 0 })
    expect(await answerTo(server, 'second')).toBe(200)
    expect(await healthOf(server)).toEqual([200, 200, 200])
    await server.stop()
  })
})

/** The next revision, in which the tenant has another name to show: as an apply of it would leave it. */
async function rename(store: ConfigurableStore, displayName: string): Promise<number> {
  return store.config.transaction(1000, async (tx) => {
    const { revision, objects } = await tx.live()
    const tenant = objects.find(({ kind }) => kind === 'Tenant')
    if (tenant === undefined) throw new Error('no tenant')
    const spec = { ...tenant.spec, displayName }
    const hash = specHash(spec)
    const hashes = { specHash: hash, appliedHash: hash }
    await tx.upsert([{ ...tenant, ...hashes, spec, revision: revision + 1 }])
    return tx.commitRevision(aRevision())
  })
}

describe.each(databases)('requests during ten revisions on $engine', ({ newDatabase }) => {
  test('are all answered', async () => {
    const { store, url } = await aShop(newDatabase)
    const server = await serving({ databaseUrl: url })
    onTestFinished(() => server.kill())
    const answers: number[] = []
    let isOver = false
    const asking = Array.from({ length: 4 }, async () => {
      while (!isOver) answers.push(await answerTo(server, 'worker-secret'))
    })
    for (let turn = 0; turn < 10; turn += 1) {
      const revision = await rename(store, `Acme ${turn}`)
      const active = async () => (await store.system.instances())[0]?.activeRevision
      await expect.poll(active, { interval: 5 }).toBe(revision)
    }
    isOver = true
    await Promise.all(asking)
    expect(answers.length).toBeGreaterThan(10)
    expect(new Set(answers)).toEqual(new Set([200]))
    await server.stop()
  })
})

const only = (name: string) => databases.filter(({ engine }) => engine === name)

describe.each(only('sqlite'))('apply --wait as a command, on $engine', ({ newDatabase }) => {
  test('Ctrl-C ends the waiting with 130, and what is applied stays', async () => {
    const { store, words, env, run, withSecret } = await aShop(newDatabase)
    await store.system.heartbeat(aServer())
    withSecret('second')
    const applying = running(words('--wait'), { env })
    await applying.says(/Waiting for the servers…/)
    applying.kill('SIGINT')
    expect(await applying.exited).toBe(130)
    expect(applying.output()).toMatch(/no longer waiting; revision 2 is applied\n +tokenidp status/)
    expect(document(await run('status', '-o', 'json'))).toMatchObject({ revision: 2 })
  })

  test('--timeout ends the waiting with 6, and what is applied stays', async () => {
    const { store, apply, withSecret } = await aShop(newDatabase)
    await store.system.heartbeat(aServer())
    withSecret('second')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const applying = apply('--wait=10m', '--timeout', '5m', '-o', 'json')
    await expect.poll(async () => (await store.system.head()).revision).toBe(2)
    vi.advanceTimersByTime(5 * 60_000)
    const applied = await applying
    expect(applied.code).toBe(6)
    expect(document(applied)).toMatchObject({ kind: 'Apply', revision: 2 })
    expect(applied.stderr).toContain('no longer waiting; revision 2 is applied')
    expect(applied.stderr).toContain('not done within --timeout 5m: what follows was done')
  })

  test('64 for a time that is none, before anything is applied', async () => {
    const { apply, run, withSecret } = await aShop(newDatabase)
    withSecret('second')
    expect(await apply('--wait=soon')).toMatchObject({ code: 64 })
    expect(document(await run('status', '-o', 'json'))).toMatchObject({ revision: 1 })
  })
})

describe.each(only('postgres'))('three servers on one $engine', ({ newDatabase }) => {
  test('all serve it when apply --wait returns; who is stopped is named', async () => {
    const { url, apply, withSecret } = await aShop(newDatabase)
    const starting = [1, 2, 3].map(() => serving({ databaseUrl: url }))
    for (const server of starting)
      onTestFinished(() =>
        server.then(
          (started) => started.kill(),
          () => {},
        ),
      )
    const servers = await Promise.all(starting)
    const answers = (secret: string) =>
      Promise.all(servers.map((server) => answerTo(server, secret)))
    for (const secret of ['second', 'third']) {
      withSecret(secret)
      const applied = await apply('--wait')
      expect(applied.code, applied.stderr).toBe(0)
      expect(applied.stdout).toContain('All 3 live servers serve revision')
      expect(await answers(secret)).toEqual([200, 200, 200])
      expect(await answers('worker-secret')).toEqual([401, 401, 401])
    }

    const [, stopped] = servers
    stopped?.running.child.kill('SIGSTOP')
    withSecret('fourth')
    const applied = await apply('--wait=3s')
    expect(applied.code).toBe(6)
    expect(applied.stderr).toContain('1 of 3 live servers did not report it')
    expect(applied.stderr).toContain(`:${new URL(stopped?.url ?? '').port} serves revision 3`)

    stopped?.running.child.kill('SIGCONT')
    expect(await apply('--wait')).toMatchObject({ code: 0 })
    expect(await answers('fourth')).toEqual([200, 200, 200])
  })
})
