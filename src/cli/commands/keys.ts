import type { EpochSeconds } from '../../base/time.ts'
import { linesOf, type StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import { accessTokensAlive, MOST_COUNTED } from '../../oauth/keys/alive.ts'
import { lineOf } from '../../oauth/keys/line.ts'
import { databaseOf, timeIn, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { changingKeys, type WhyFlags } from '../key-change.ts'
import { table } from '../table.ts'
import { tenantNamed } from '../tenants.ts'

/** The tenant's keys, what each is for and what comes next. Never their private halves. */
export async function listKeys(
  invocation: Invocation,
  _flags: unknown,
  name: string,
): Promise<Outcome> {
  return withDatabase(
    invocation,
    await databaseOf(invocation),
    { schema: 'require' },
    async (database) => {
      const tenant = await tenantNamed(database, name)
      const now = await timeIn(database, invocation.world)
      const { keys: store } = database.tenant(tenant.uid)
      const stored = inOrder(await store.list())
      const keys: KeyBody[] = []
      for (const key of stored) {
        const alive = await accessTokensAlive(store, key, { stored, tenant, now })
        keys.push(keyBody(key, { next: nextStep(key, stored, tenant), alive, now }))
      }
      return {
        exit: EXIT.ok,
        kind: 'Keys',
        body: { tenant: name, keys },
        text:
          keys.length === 0
            ? 'There are no keys yet: the server makes them when it starts.\n'
            : table(keys.map((key) => keyRow(key, now))),
      }
    },
  )
}

const STATES: readonly StoredKey['state'][] = [
  'active',
  'pending',
  'retiring',
  'retired',
  'compromised',
]

/** By algorithm, then by what they are for, the oldest first: as they come from the store. */
const inOrder = (keys: readonly StoredKey[]): readonly StoredKey[] =>
  keys.toSorted(
    (left, right) =>
      Number(left.algorithm > right.algorithm) - Number(left.algorithm < right.algorithm) ||
      STATES.indexOf(left.state) - STATES.indexOf(right.state),
  )

type Step = Readonly<{ state: 'active' | 'retiring' | 'retired'; at: EpochSeconds }>

/** What the servers will do with it; nothing where it waits behind another key, or for somebody. */
function nextStep(key: StoredKey, stored: readonly StoredKey[], tenant: Tenant): Step | null {
  if (key.state === 'retiring') return { state: 'retired', at: key.verifyUntil }
  const { active, next: first } = lineOf(stored, key.algorithm)
  if (active === undefined || first === undefined) return null
  const at = turnOf(first, active, tenant)
  if (at === undefined) return null
  if (key === active) return { state: 'retiring', at }
  return key === first ? { state: 'active', at } : null
}

function turnOf(first: StoredKey, active: StoredKey, { keyPolicy }: Tenant) {
  if (first.activateAt !== undefined) return first.activateAt
  if (keyPolicy.rotateEvery === 0 || !linesOf(keyPolicy).includes(first.algorithm)) return undefined
  const since = active.activatedAt ?? active.createdAt
  return Math.max(since + keyPolicy.rotateEvery, first.createdAt + keyPolicy.publishAhead)
}

interface RotateFlags extends WhyFlags {
  readonly now?: boolean
  readonly alg?: string
}

/** Starts the rotation of every algorithm, or of one: the standby key signs when verifiers had time to learn it, or now. */
export async function rotateTenantKeys(
  invocation: Invocation,
  { now = false, alg, reason }: RotateFlags,
  name: string,
): Promise<Outcome> {
  const { rotateKeys } = await import('../../oauth/keys/rotate.ts')
  return changingKeys(invocation, { name, verb: 'rotate', reason }, async (keys, change) => {
    const tenant = alg === undefined ? change.tenant : onlyOf(change.tenant, alg)
    const reports = await rotateKeys(keys, { ...change, tenant }, { immediately: now })
    return {
      exit: EXIT.ok,
      kind: 'KeyRotation',
      body: { tenant: name, rotations: reports.map((report) => ({ ...report })) },
      text: table(
        reports.map(({ algorithm, outcome, kid, at }) => [
          algorithm,
          outcome,
          kid,
          instantText(at),
        ]),
      ),
    }
  })
}

function onlyOf(tenant: Tenant, alg: string): Tenant {
  const { keyPolicy } = tenant
  const algorithms = keyPolicy.algorithms.filter((each) => each === alg)
  const encryption = keyPolicy.encryption.filter((each) => each === alg)
  if (algorithms.length + encryption.length > 0)
    return { ...tenant, keyPolicy: { ...keyPolicy, algorithms, encryption } }
  throw new Failure(
    EXIT.usage,
    `"${alg}" is no algorithm of the key policy of ${tenant.name}`,
    `it has ${linesOf(keyPolicy).join(', ')}`,
  )
}

const AS_LONG: Readonly<Record<StoredKey['use'], string>> = {
  sig: 'its tokens live',
  enc: 'it opens requests',
}

interface Found {
  readonly next: Step | null
  readonly alive: number
  readonly now: EpochSeconds
}

type KeyBody = ReturnType<typeof keyBody>

const keyBody = (key: StoredKey, { next, alive, now }: Found) => ({
  kid: key.kid,
  algorithm: key.algorithm,
  use: key.use,
  state: key.state,
  createdAt: key.createdAt,
  age: Math.max(0, now - key.createdAt),
  activateAt: key.activateAt ?? null,
  activatedAt: key.activatedAt ?? null,
  verifyUntil: key.verifyUntil,
  accessTokensAlive: alive,
  next,
})

const tokensText = (count: number): string =>
  `${count === MOST_COUNTED ? 'at least ' : ''}${count} access ${count === 1 ? 'token' : 'tokens'} now`

function keyRow(key: KeyBody, now: EpochSeconds): readonly string[] {
  const isAlive = key.activatedAt !== null && key.verifyUntil > now && key.state !== 'compromised'
  return [
    key.algorithm,
    key.state,
    key.kid,
    `${Math.floor(key.age / 86_400)}d old`,
    key.next === null ? '' : `${key.next.state} from ${instantText(key.next.at)}`,
    isAlive ? `${AS_LONG[key.use]} until ${instantText(key.verifyUntil)} at the latest` : '',
    key.accessTokensAlive === 0 ? '' : tokensText(key.accessTokensAlive),
  ]
}
