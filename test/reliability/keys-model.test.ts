import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/deploy/audit-chain.ts'
import { KEY_MOVES, type KeyState, type StoredKey } from '../../src/model/key.ts'
import { jwksMaxAge, PRODUCTION_LIMITS } from '../../src/model/key-times.ts'
import { promoteKey, retireKey } from '../../src/oauth/keys/by-hand.ts'
import { ensureKeys } from '../../src/oauth/keys/ensure.ts'
import { importKey } from '../../src/oauth/keys/import.ts'
import type { KeyChange } from '../../src/oauth/keys/make.ts'
import { revokeKey } from '../../src/oauth/keys/revoke.ts'
import { rotateKeys, tickKeys } from '../../src/oauth/keys/rotate.ts'
import type { ConfigurableStore } from '../../src/store/open.ts'
import type { Keys } from '../../src/store/port.ts'
import { aResource, aTenant, masterKey, NOW } from '../support/builders.ts'
import { openedStore } from '../support/opened-store.ts'
import { anId } from '../support/rows.ts'
import { testRandom as random, stores } from '../support/stores.ts'

const full = process.env.FULL === '1'
const numRuns = full ? 400 : 15
const timeout = full ? 1_200_000 : 60_000

const POLICY = { ...aTenant().keyPolicy, algorithms: ['ES256'], rotateEvery: 400 } as const
const AHEAD = 600
const keyPolicy = { ...POLICY, publishAhead: AHEAD, keepAfter: 300 }

type Step =
  | { readonly does: 'wait'; readonly seconds: number }
  /** Each server stops at this call of the store, as if it were killed. */
  | { readonly does: 'tick'; readonly crashes: readonly number[] }
  | { readonly does: 'lifetime'; readonly lifetime: number }
  | { readonly does: 'rotate'; readonly immediately: boolean; readonly crash: number }
  | { readonly does: 'promote' | 'retire'; readonly which: number; readonly crash: number }
  | { readonly does: 'import'; readonly activate: boolean; readonly crash: number }
  | {
      readonly does: 'revoke'
      readonly which: number
      readonly replaceStandby: boolean
      readonly crash: number
    }

type ByHand = Extract<Step, { readonly crash: number }>

const crash = fc.integer({ min: 1, max: 12 })
const which = fc.nat(9)
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: fc.nat(900) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('tick' as const),
        crashes: fc.array(crash, { minLength: 1, maxLength: 3 }),
      }),
    },
    fc.record({ does: fc.constant('lifetime' as const), lifetime: fc.constantFrom(60, 900, 7200) }),
    fc.record({ does: fc.constant('rotate' as const), immediately: fc.boolean(), crash }),
    fc.record({ does: fc.constantFrom('promote' as const, 'retire' as const), which, crash }),
    fc.record({ does: fc.constant('import' as const), activate: fc.boolean(), crash }),
    fc.record({ does: fc.constant('revoke' as const), which, replaceStandby: fc.boolean(), crash }),
  ),
  { minLength: 5, maxLength: 25 },
)

class Crash extends Error {
  override readonly name = 'Crash'
}

/** The store as a process sees it that ends at its nth call. */
function untilCrash(keys: Keys, nth: number): Keys {
  let left = nth
  const counted =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      left -= 1
      if (left === 0) throw new Crash()
      return call(...args)
    }
  return {
    list: counted(keys.list),
    insert: counted(keys.insert),
    adopt: counted(keys.adopt),
    transition: counted(keys.transition),
    schedule: counted(keys.schedule),
    cover: counted(keys.cover),
    endIssued: counted(keys.endIssued),
    countAlive: counted(keys.countAlive),
  }
}

const survived = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof Crash) return false
    throw error
  }
}

describe.each(stores)('the states of keys on $name', { timeout }, (engine) => {
  const store = openedStore(engine)

  test('hold whatever happens to servers and operators', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (taken) => walk(store(), taken)),
      { numRuns, seed: 5 },
    )
    expect(await verifyAudit(store().config)).toMatchObject({ outcome: 'whole' })
  })
})

const anotherKey = () => ({
  privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  certificates: [],
  algorithm: 'ES256',
})

async function walk(store: ConfigurableStore, taken: readonly Step[]): Promise<void> {
  const uid = anId()
  const { keys } = store.tenant(uid)
  let now = NOW
  let lifetime = 900
  const changeAt = (seconds: number): KeyChange => {
    const resources = [aResource({ token: { ...aResource().token, lifetime: seconds } })]
    const tenant = aTenant({ uid, keyPolicy }, [], resources)
    return { tenant, masterKey: masterKey(), random, now, actor: 'model', reason: 'a step' }
  }
  const kidAt = async (place: number) => {
    const all = await keys.list()
    return all[place % all.length]?.kid ?? ''
  }
  async function take(step: Step): Promise<unknown> {
    const change = changeAt(lifetime)
    if (step.does === 'wait') {
      now += step.seconds
      return now
    }
    if (step.does === 'tick') {
      const ended = step.crashes.map((nth) => survived(tickKeys(untilCrash(keys, nth), change)))
      return Promise.all(ended)
    }
    if (step.does === 'lifetime') {
      await ensureKeys(keys, changeAt(step.lifetime))
      lifetime = step.lifetime
      return lifetime
    }
    return survived(byHand(step, untilCrash(keys, step.crash), change))
  }
  async function byHand(step: ByHand, mortal: Keys, change: KeyChange): Promise<unknown> {
    if (step.does === 'rotate') return rotateKeys(mortal, change, step)
    if (step.does === 'import')
      return importKey(mortal, change, { ...anotherKey(), activate: step.activate })
    const kid = await kidAt(step.which)
    if (step.does === 'revoke') return revokeKey(mortal, change, { ...step, kid })
    if (step.does === 'retire') return retireKey(mortal, change, kid)
    return promoteKey(mortal, change, { kid, immediately: false })
  }

  await ensureKeys(keys, changeAt(lifetime))
  let before = await keys.list()
  const signed: { readonly kid: string; readonly until: number }[] = []
  for (const step of taken) {
    // Servers sign, one of them a while after it could have known better.
    const signer = before.find(({ state }) => state === 'active')?.kid ?? ''
    signed.push({ kid: signer, until: now + lifetime + keyPolicy.keepAfter - 1 })
    await take(step)
    const after = await keys.list()
    expect(problems({ before, after, step, now, signed })).toEqual([])
    before = after
  }
}

interface Look {
  readonly before: readonly StoredKey[]
  readonly after: readonly StoredKey[]
  readonly step: Step
  readonly now: number
  readonly signed: readonly { readonly kid: string; readonly until: number }[]
}

/** What must never be, in words. */
const problems = (look: Look): readonly string[] => [
  ...miscounted(look),
  ...look.before.flatMap((was) => misled(was, look)),
  ...look.after.filter((key) => isUnheardOf(key, look)).map(({ kid }) => `nobody knows ${kid}`),
  ...look.signed.filter((each) => isOrphan(each, look)).map(({ kid }) => `${kid} left early`),
]

function miscounted({ after }: Look): readonly string[] {
  const count = (state: KeyState) => after.filter((key) => key.state === state).length
  const isFine = count('active') === 1 && count('pending') > 0
  return isFine ? [] : [`${count('active')} keys sign and ${count('pending')} wait`]
}

function misled(was: StoredKey, { after }: Look): readonly string[] {
  const is = after.find(({ kid }) => kid === was.kid)
  if (is === undefined) return [`${was.kid} is gone`]
  if (!leadsTo(was.state, is.state)) return [`${was.state} became ${is.state}`]
  return is.verifyUntil < was.verifyUntil ? [`${was.kid} is to verify for less`] : []
}

/** It signs, and verifiers could not know it, though there was no hurry. */
function isUnheardOf(key: StoredKey, { before, step, now }: Look): boolean {
  const was = before.find(({ kid }) => kid === key.kid)?.state
  const isUrgent = step.does === 'revoke' || (step.does === 'rotate' && step.immediately)
  if (key.state !== 'active' || was === 'active' || isUrgent) return false
  return was !== 'pending' || key.createdAt + AHEAD > now
}

const isOrphan = ({ kid, until }: Look['signed'][number], { after, now }: Look): boolean =>
  until > now && after.find((key) => key.kid === kid)?.state === 'retired'

const leadsTo = (from: KeyState, to: KeyState): boolean =>
  from === to || KEY_MOVES[from].some((next) => leadsTo(next, to))

test('a key is published for longer than the JWKS is kept, and a minute on top', () => {
  fc.assert(
    fc.property(fc.integer({ min: PRODUCTION_LIMITS.publishAhead, max: 10_000_000 }), (ahead) => {
      expect(jwksMaxAge({ publishAhead: ahead }) + 60).toBeLessThanOrEqual(ahead)
    }),
  )
})
