import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/system.ts'
import { loadState, tickAll } from '../../src/cli/server/state.ts'
import { write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { worker } from '../support/documents.ts'
import { aKeyedShop, servedMasterKey } from '../support/keyed.ts'
import { testRandom } from '../support/stores.ts'

interface Key {
  readonly kid: string
  readonly algorithm: string
  readonly state: string
  readonly next: { readonly state: string; readonly at: number } | null
}

const APPLIES = process.env.FULL === '1' ? 100 : 10

describe.each(databases)('what is applied, on $engine', { timeout: 300_000 }, ({ newDatabase }) => {
  test('changes no key: not by an apply, as often as it comes, and not by a rollback', async () => {
    const { root, run, store, tenant } = await aKeyedShop(newDatabase)
    const loading = {
      database: store,
      masterKey: servedMasterKey(),
      random: testRandom,
      clock: systemClock,
      publicUrl: undefined,
    }
    const keys = await tenant.keys.list()
    let state = await loadState(loading)
    const step = async (words: string) => {
      expect(await run(words)).toMatchObject({ code: 0 })
      state = await loadState(loading, state)
      await tickAll(loading, state)
      expect(await tenant.keys.list(), words).toEqual(keys)
    }
    for (let left = APPLIES; left > 0; left -= 1) await step('apply --auto-approve')
    write(root, 'worker.yaml', worker().replace('displayName: Worker', 'displayName: Other'))
    await step('apply --auto-approve')
    await step('rollback 1 --auto-approve')
    await step('apply --auto-approve')
    expect(state.revision).toBe(4)
  })
})

interface Dated {
  readonly outcome: string
  readonly at: number
}

interface Aged {
  readonly age: number
}

describe.each(databases)('keys of a tenant on $engine', ({ newDatabase }) => {
  async function aShop() {
    const shop = await aKeyedShop(newDatabase)
    const es256 = async () =>
      ((await shop.told('keys list acme')).keys as Key[]).filter(
        ({ algorithm }) => algorithm === 'ES256',
      )
    const inState = async (state: string) =>
      (await es256()).find((key) => key.state === state)?.kid ?? ''
    return { ...shop, es256, inState }
  }

  test('rotate --alg, promote and retire: one algorithm, one key, with actor and reason', async () => {
    const { run, told, es256, inState } = await aShop()
    expect((await es256()).map(({ state, next }) => [state, next?.state])).toEqual([
      ['active', 'retiring'],
      ['pending', 'active'],
    ])
    const standby = await inState('pending')
    const early = await run(`keys promote acme -- ${standby}`)
    expect(early).toMatchObject({ code: 5 })
    expect(early.stderr).toMatch(/may not know .* before .*Z\n +next: .*--now/)
    const env = { TOKENIDP_ACTOR: 'ann' }
    const promoted = `keys promote acme --now --reason INC-7 -- ${standby}`
    expect(await told(promoted, { env })).toMatchObject({ kind: 'KeyStep', kid: standby })
    expect(await inState('active')).toBe(standby)
    expect((await told('audit --limit 9')).entries).toContainEqual(
      expect.objectContaining({ actor: 'ann', action: 'key.promote', reason: 'INC-7' }),
    )
    const retiring = await inState('retiring')
    expect(await run(`keys retire acme -- ${retiring}`)).toMatchObject({ code: 5 })
    expect(await run(`keys retire acme -- ${standby}`)).toMatchObject({ code: 5 })
    const next = await inState('pending')
    expect(await told(`keys retire acme -- ${next}`)).toMatchObject({ kind: 'KeyStep', kid: next })
    expect(await inState('pending')).not.toBe(next)
    expect(await told('keys rotate acme --alg RS256 --now')).toMatchObject({
      rotations: [{ algorithm: 'RS256', outcome: 'promoted' }],
    })
    expect(await inState('active')).toBe(standby)
    expect(await run('keys rotate acme --alg HS256')).toMatchObject({ code: 64 })
    expect(await run('keys promote acme none')).toMatchObject({ code: 1 })
  })

  test('with another master key nothing is made and nothing changes', async () => {
    const { run, store, tenant, inState } = await aShop()
    const keys = await tenant.keys.list()
    const [signer, standby] = [await inState('active'), await inState('pending')]
    const env = { TOKENIDP_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') }
    for (const words of [
      'rotate acme --now',
      `promote acme --now -- ${standby}`,
      `retire acme -- ${standby}`,
      `revoke acme --compromised -- ${signer}`,
    ]) {
      const ran = await run(`keys ${words}`, { env })
      expect([words, ran.code]).toEqual([words, 78])
      expect(ran.stderr).toMatch(
        /key [\w-]{43} is sealed under master key .*\n +next: set TOKENIDP_/,
      )
    }
    // Who runs has the right one, and would go on with the key that leaked.
    await store.system.heartbeat({
      id: 'one',
      host: 'h1',
      version: '1',
      activeRevision: 1,
      targetRevision: 1,
      state: 'serving',
      error: undefined,
      lastSeen: Math.floor(Date.now() / 1000),
    })
    const replace = `keys revoke acme --compromised --replace-standby -- ${signer}`
    expect(await run(replace, { env })).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('if it is lost, stop every server'),
    })
    await store.system.removeInstance('one')
    expect(await tenant.keys.list()).toEqual(keys)
    for (const { kid, state } of keys)
      if (state === 'active')
        expect(
          await run(`keys revoke acme --compromised --replace-standby -- ${kid}`, { env }),
        ).toMatchObject({ code: 0 })
    expect(await run('keys rotate acme --now')).toMatchObject({ code: 78 })
    expect(await run('keys rotate acme --now', { env })).toMatchObject({ code: 0 })
  })

  test('revoke --compromised: the standby signs at once, and its tokens are told bad', async () => {
    const { run, told, issue, inState } = await aShop()
    const { token } = await issue()
    const [signer, standby] = [await inState('active'), await inState('pending')]
    expect(await run(`keys revoke acme -- ${signer}`)).toMatchObject({ code: 64 })
    expect(await told(`keys revoke acme --compromised -- ${signer}`)).toMatchObject({
      kind: 'KeyRevocation',
      kid: signer,
      successor: standby,
      standbys: [],
      endedGrants: null,
      mustBeTold: { resources: ['https://api.acme.example'] },
    })
    expect((await told('keys export acme --public')).keys).not.toContainEqual(
      expect.objectContaining({ kid: signer }),
    )
    expect((await run('doctor -', { input: token })).stdout).toMatch(/NO {2}key .* compromised/)
    const second = await inState('pending')
    const leaked = await told(`keys revoke acme --compromised --replace-standby -- ${standby}`)
    expect(leaked).toMatchObject({ kid: standby, standbys: [second] })
    expect(await inState('active')).toBe(leaked.successor)
    expect(await run(`keys revoke acme --compromised -- ${signer}`)).toMatchObject({ code: 5 })
    const ending = await run(`keys revoke acme --compromised --end-grants -- ${signer}`)
    expect(ending).toMatchObject({ code: 0, stdout: expect.stringContaining('0 grants ended') })
    expect(ending.stdout).toMatch(/Tell:\n {2}resource https:\/\/api\.acme\.example\n/)
  })
})

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS

describe.each(databases.filter(({ engine }) => engine === 'postgres'))(
  'an operator whose clock is wrong, on $engine',
  ({ newDatabase }) => {
    test.for([-YEAR_MS, YEAR_MS])('by %d ms: the database says when', async (skewMs) => {
      const { run, told, issue } = await aKeyedShop(newDatabase)
      const { token } = await issue()
      const nowMs = Date.now() + skewMs
      /** Within what the policy says that keys are published ahead. */
      const isSoon = (at: number) => Math.abs(at * 1000 - Date.now()) < 10 * DAY_MS
      const [staged] = (await told('keys rotate acme --alg ES256', { nowMs })).rotations as Dated[]
      expect(staged).toMatchObject({ outcome: 'scheduled', at: expect.toSatisfy(isSoon) })
      const [rotated] = (await told('keys rotate acme --alg ES256 --now', { nowMs }))
        .rotations as Dated[]
      expect(rotated).toMatchObject({ outcome: 'promoted', at: expect.toSatisfy(isSoon) })
      for (const { age } of (await told('keys list acme', { nowMs })).keys as Aged[])
        expect(age).toBeLessThan(600)
      expect((await told('keys list acme')).keys).toContainEqual(
        expect.objectContaining({ state: 'retiring', algorithm: 'ES256', accessTokensAlive: 1 }),
      )
      expect((await run('keys list acme')).stdout).toMatch(/ at the latest +1 access token now/)
      expect(await run('doctor -', { input: token, nowMs })).toMatchObject({ code: 0 })
      const issued = await told('secrets rotate acme worker --keep 1m', { nowMs })
      expect(issued.endsAt).toSatisfy(isSoon)
    })
  },
)
