import { setTimeout as moment } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { aCode, aParty, type Party, post, redeem, refresh } from '../support/client.ts'
import { start } from '../support/command.ts'
import { aTenant, devProject, joined } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { stores, testRandom } from '../support/stores.ts'

const full = process.env.FULL === '1'
/** Of one test: the long form has more rounds. */
const timeout = full ? 1_200_000 : 60_000

/** A seeded generator (mulberry32): a failing moment can be had again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe.each(stores)('kill -9 on $name', { timeout }, (engine) => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  test('during apply: the old state or the new one, and nobody has to unlock anything', async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    const databaseUrl = database.url
    const random = seeded(engine.name.length)
    const tenants = (marker: string): string =>
      joined(...['one', 'two', 'three'].map(aTenant)).replaceAll(
        'type: web\n',
        `type: web\n  displayName: ${marker}\n`,
      )
    const project = aFolder(devProject(tenants('old')))
    ends.push(project.remove)
    await applied(project.path, databaseUrl)
    const env = { TOKENIDP_DATABASE_URL: databaseUrl }

    const store = await openStore(databaseUrl, { schema: 'require', random: testRandom })
    ends.push(() => store.close())

    let marker = 'old'
    for (let round = 0; round < (full ? 250 : 25); round += 1) {
      const next = `round ${round}`
      project.write('tokenidp.yaml', devProject(tenants(next))['tokenidp.yaml'] ?? '')
      const apply = start(['apply', '--auto-approve', '-C', project.path], { env })
      await Promise.race([moment(200 + random() * 500), apply.ended])
      apply.child.kill('SIGKILL')
      await apply.ended
      const { objects } = await store.config.live()
      const markers = new Set(
        objects.flatMap(({ kind, name, spec }) =>
          kind === 'Application' && name === 'web' ? [spec.displayName] : [],
        ),
      )
      expect(markers.size).toBe(1) // all of it or none
      expect([marker, next]).toContain([...markers][0])
      marker = String([...markers][0])
    }
    await applied(project.path, databaseUrl)
    const plan = await tokenidpHere(['plan', '-o', 'json', '-C', project.path], { env })
    expect(JSON.parse(plan.stdout).changes, plan.stderr).toEqual([])
  })

  test('during a burst of refreshes: no token is used twice, no acknowledged one is lost', async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    const databaseUrl = database.url
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, databaseUrl)
    let server: Serving = await serving({ databaseUrl })
    ends.push(() => server.stop())
    const port = Number(new URL(server.url).port)
    const party = aParty(server.issuer('ours'))
    const random = seeded(engine.name.length + 1)
    const families = await inTurn(full ? 50 : 6, () => aFamily(party))

    for (let round = 0; round < (full ? 50 : 3); round += 1) {
      const burst = Promise.all(families.map((family) => rotateUntilDown(party, family)))
      await moment(50 + random() * 450)
      await server.kill()
      await burst
      server = await serving({ databaseUrl, port })
      await Promise.all(families.map((family) => rotateOnce(party, family)))
    }
    for (const { spent } of families)
      expect((await refresh(party, spent[0] ?? '')).status).toBe(400)
  })

  test('between the use of a code and its answer: the code buys nothing a second time', async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    const databaseUrl = database.url
    const project = aFolder(devProject(aTenant('ours')))
    ends.push(project.remove)
    await applied(project.path, databaseUrl)
    let server = await serving({ databaseUrl })
    ends.push(() => server.stop())
    const party = aParty(server.issuer('ours'))
    const codes = await inTurn(8, () => aCode(party))

    const burst = Promise.all(codes.map((code) => redeem(party, code).catch(() => undefined)))
    await moment(3)
    await server.kill()
    const before = await burst
    server = await serving({ databaseUrl, port: Number(new URL(server.url).port) })
    for (const [index, code] of codes.entries()) {
      const again = await redeem(party, code)
      if (before[index]?.status === 200) expect(again.status).toBe(400)
      if (again.status === 200) expect((await redeem(party, code)).status).toBe(400)
    }
    const one = await post(party, '/introspect', { token: 'nothing' })
    expect(one.body).toEqual({ active: false })
  })
})

/** Not at once: parallel sign-ins of one person count as guesses until they succeed. */
async function inTurn<T>(count: number, make: () => Promise<T>): Promise<readonly T[]> {
  const made: T[] = []
  while (made.length < count) made.push(await make())
  return made
}

interface Family {
  held: string
  readonly spent: string[]
}

async function aFamily(party: Party): Promise<Family> {
  const { body } = await redeem(party, await aCode(party))
  return { held: String(body.refresh_token), spent: [] }
}

async function rotateOnce(party: Party, family: Family): Promise<void> {
  const answer = await refresh(party, family.held)
  expect(answer).toMatchObject({ status: 200 })
  family.spent.push(family.held)
  family.held = String(answer.body.refresh_token)
}

/** Uses each refresh token once, until the server no longer answers. */
async function rotateUntilDown(party: Party, family: Family): Promise<void> {
  for (;;) {
    try {
      await rotateOnce(party, family)
    } catch (fault) {
      if (fault instanceof TypeError) return // fetch: the connection is gone
      throw fault
    }
  }
}
