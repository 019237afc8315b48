import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { sumMetrics } from '../../src/cli/server/sum-metrics.ts'
import { MASTER_KEY, run, start } from '../support/command.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { stores } from '../support/stores.ts'

const FORM = `${new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'worker',
  client_secret: 'worker-secret',
  scope: 'read',
})}`
const TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function aDatabase() {
  const database = await stores[1]?.fresh()
  if (database === undefined) throw new Error('the tests know no PostgreSQL')
  ends.push(database.remove)
  const project = aFolder(devProject(aTenant('ours')))
  ends.push(project.remove)
  await applied(project.path, database.url)
  return { databaseUrl: database.url, project }
}

async function twoWorkers() {
  const { databaseUrl, project } = await aDatabase()
  const metrics = `127.0.0.1:${await freePort()}`
  const words = ['--workers', '2', '--metrics-listen', metrics]
  const server = await serving({ databaseUrl, words })
  ends.push(() => server.kill())
  const env = { TOKENIDP_DATABASE_URL: databaseUrl }
  const here = (...said: string[]) => tokenidpHere([...said, '-C', project.path], { env })
  const servers = async (): Promise<readonly { readonly host: string }[]> =>
    JSON.parse((await here('status', '-o', 'json')).stdout).servers
  await expect.poll(async () => (await servers()).length, { timeout: 20_000 }).toBe(2)
  const told = async () => (await fetch(`http://${metrics}/metrics`)).text()
  return { server, here, servers, told, project, metrics }
}

/** Of the processes whose parent this is. */
const childrenOf = async ({ running: { child } }: Serving): Promise<readonly number[]> =>
  readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number)

/** A connection of its own for each, so that they are dealt out. */
async function token(issuer: string): Promise<number | undefined> {
  const outgoing = request(`${issuer}/token`, {
    method: 'POST',
    headers: { ...TYPE, connection: 'close' },
    agent: new Agent({ keepAlive: false }),
  })
  const [incoming] = await once(outgoing.end(FORM), 'response')
  incoming.resume()
  return incoming.statusCode
}

/** Asks until it is told to stop. What is cut off has no status. */
function load(issuer: string) {
  let isOver = false
  const ask = async (): Promise<(number | undefined | 'reset')[]> => {
    const seen: (number | undefined | 'reset')[] = []
    while (!isOver) seen.push(await token(issuer).catch(() => 'reset' as const))
    return seen
  }
  const all = Promise.all([ask(), ask(), ask(), ask()])
  return {
    async end() {
      isOver = true
      return (await all).flat()
    },
  }
}

describe('serve --workers on postgres', () => {
  test('both serve, one that is killed comes back, and SIGTERM ends all with 0', async () => {
    const { server, servers, here, told, project } = await twoWorkers()
    const issuer = server.issuer('ours')
    expect((await servers()).map(({ host }) => host.replace(/.*:\d+/, ''))).toEqual([' #1', ' #2'])
    for (let round = 0; round < 4; round += 1) expect(await token(issuer)).toBe(200)

    const [victim = 0, other] = await childrenOf(server)
    const loading = load(issuer)
    process.kill(victim, 'SIGKILL')
    await expect
      .poll(async () => (await childrenOf(server)).filter((id) => id !== victim).length, {
        timeout: 20_000,
      })
      .toBe(2)
    expect(await childrenOf(server)).toContain(other)
    // The row of the one that was killed is there until it counts as dead.
    await expect.poll(async () => (await servers()).length, { timeout: 20_000 }).toBe(3)
    const answers = await loading.end()
    expect(answers.length).toBeGreaterThan(10)
    expect(answers.filter((each) => each !== 'reset' && each !== 200)).toEqual([])
    // One request of each load, at most, was with it.
    expect(answers.filter((each) => each === 'reset').length).toBeLessThanOrEqual(4)
    expect(server.running.stderr()).toContain('a worker ended and is started again')
    expect(server.running.stderr()).toMatch(/"worker":2,"revision":\d+,"message":"serving"/)
    expect(server.running.stdout().match(/Serving revision/g)).toHaveLength(1)

    const metrics = await told()
    expect(metrics).toMatch(/^tokenidp_config_revision\{state="active"\} 1$/m)
    expect(metrics.match(/^process_resident_memory_bytes \d+$/gm)).toHaveLength(1)

    project.write('more.yaml', aTenant('more'))
    const again = load(issuer)
    expect((await here('apply', '--auto-approve')).code).toBe(0)
    await expect.poll(told).toMatch(/^tokenidp_config_revision\{state="active"\} 2$/m)
    server.running.child.kill('SIGTERM')
    const { code, stderr } = await server.running.ended
    const last = await again.end()
    expect(last.filter((each) => each !== 'reset' && each !== 200)).toEqual([])
    expect(code, stderr).toBe(0)
  }, 90_000)

  test('both have a revision before apply --wait ends, and SIGTERM leaves no row', async () => {
    const { server, servers, here, project } = await twoWorkers()
    project.write('more.yaml', aTenant('more'))
    const { code, stdout } = await here('apply', '--auto-approve', '--wait', '20s', '-o', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).servers).toHaveLength(2)
    expect(await server.stop()).toMatchObject({ code: 0, signal: null })
    expect(await servers()).toEqual([])
  }, 60_000)

  test('one that is killed while metrics are asked for takes nobody along', async () => {
    const { server, metrics, told } = await twoWorkers()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    ends.push(() => agent.destroy())
    const scrape = async (): Promise<number | undefined> => {
      const [incoming] = await once(
        request(`http://${metrics}/metrics`, { agent }).end(),
        'response',
      )
      await incoming.toArray()
      return incoming.statusCode
    }
    expect(await scrape()).toBe(200)
    const [victim = 0] = await childrenOf(server)
    const { child } = server.running
    // The parent finds both at once: the question first, and a worker that it cannot ask any more.
    child.kill('SIGSTOP')
    const asked = scrape()
    const isDead = () => /^State:\tZ/m.test(readFileSync(`/proc/${victim}/status`, 'utf8'))
    process.kill(victim, 'SIGKILL')
    await expect.poll(isDead).toBe(true)
    child.kill('SIGCONT')
    expect(await asked).toBe(200)
    expect(await told()).toContain('process_resident_memory_bytes')
    await expect.poll(async () => (await childrenOf(server)).length, { timeout: 20_000 }).toBe(2)
  }, 60_000)

  test('a parent that is killed takes its workers along', async () => {
    const { server } = await twoWorkers()
    const workers = await childrenOf(server)
    await server.kill()
    for (const id of workers) await expect.poll(() => existsSync(`/proc/${id}`)).toBe(false)
  }, 60_000)

  test('a port that is taken is told as ever', async () => {
    const { databaseUrl } = await aDatabase()
    const server = await serving({ databaseUrl })
    ends.push(() => server.kill())
    const listen = ['--listen', server.url.replace('http://', '')]
    const env = { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const one = await run(['serve', ...listen], { env })
    const two = await run(['serve', ...listen, '--workers', '2'], { env })
    expect(one.code).toBe(1)
    expect(two).toEqual(one)
  })

  test('where the first cannot start, its message is the only one and its code is the code', async () => {
    const { databaseUrl } = await aDatabase()
    const env = {
      TOKENIDP_DATABASE_URL: databaseUrl.replace(/:\d+\//, `:${await freePort()}/`),
      TOKENIDP_MASTER_KEY: MASTER_KEY,
    }
    const words = ['serve', '--listen', `127.0.0.1:${await freePort()}`]
    const one = await run(words, { env })
    const two = await run([...words, '--workers', '3'], { env })
    expect(one.code).toBe(7)
    expect(two).toEqual(one)
  })

  test('before it serves, SIGTERM ends it like one that has no workers', async () => {
    const { databaseUrl } = await aDatabase()
    const env = { TOKENIDP_DATABASE_URL: databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const listen = `127.0.0.1:${await freePort()}`
    const running = start(['serve', '--listen', listen, '--workers', '2'], { env })
    const hasWorker = () =>
      childrenOf({ running } as Serving).then((found) => found.some((id) => id > 0))
    await expect.poll(hasWorker, { timeout: 10_000, interval: 5 }).toBe(true)
    running.child.kill('SIGTERM')
    expect([0, 143]).toContain((await running.ended).code)
  })
})

describe('how many workers', () => {
  test.for([
    { words: ['--workers', '0'], says: '--workers takes a number from 1 to 64, not "0"' },
    { words: ['--workers', 'all'], says: '--workers takes a number from 1 to 64, not "all"' },
    { words: ['--workers', '2'], says: '2 workers cannot share a file of SQLite' },
  ])('$words on SQLite is refused', async ({ words, says }) => {
    const env = { TOKENIDP_DATABASE_URL: 'sqlite:never.db', TOKENIDP_MASTER_KEY: MASTER_KEY }
    const { code, stderr } = await tokenidpHere(['serve', ...words], { env })
    expect(code).toBe(64)
    expect(stderr).toContain(says)
  })
})

test('metrics of workers make one exposition', () => {
  const one = '# HELP a_total A.\n# TYPE a_total counter\na_total{t="x"} 2\n'
  const other = '# HELP a_total A.\n# TYPE a_total counter\na_total{t="x"} 3\na_total{t="y"} 1\n'
  const revision = (active: number) =>
    `# HELP tokenidp_config_revision R.\ntokenidp_config_revision{state="active"} ${active}\ntokenidp_config_revision{state="target"} ${active}\n`
  expect(sumMetrics([one + revision(7), other + revision(8)])).toBe(
    '# HELP a_total A.\n# TYPE a_total counter\na_total{t="x"} 5\na_total{t="y"} 1\n' +
      '# HELP tokenidp_config_revision R.\ntokenidp_config_revision{state="active"} 7\ntokenidp_config_revision{state="target"} 8\n',
  )
  expect(sumMetrics([])).toBe('')
})
