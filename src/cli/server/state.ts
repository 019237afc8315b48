import { hostname } from 'node:os'
import type { Random } from '../../base/random.ts'
import { isOpenedBy, type SealingKey, sealedUnder } from '../../base/seal.ts'
import { type Clock, type EpochSeconds, toSeconds } from '../../base/time.ts'
import { canRead, READER } from '../../deploy/reader.ts'
import { type Compiled, recompile } from '../../deploy/recompile.ts'
import { compile } from '../../deploy/snapshot.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import { ensureKeys } from '../../oauth/keys/ensure.ts'
import type { KeyChange } from '../../oauth/keys/make.ts'
import { type KeyRing, keyRing, MasterKeyError } from '../../oauth/keys/ring.ts'
import { tickKeys } from '../../oauth/keys/rotate.ts'
import { NoSignerError, type Vault } from '../../oauth/keys/vault.ts'
import type { Revision } from '../../store/config-port.ts'
import { type Database, timeIn } from '../database.ts'
import { checkKeys, checkMasterKey, sealingIn } from '../development.ts'
import { EXIT, Failure } from '../exit.ts'
import { wrongMasterKey } from '../master-key.ts'

/** What requests are answered from: one revision of the configuration and one generation of keys. */
export interface ServerState extends Compiled {
  readonly revision: number
  readonly generation: number
  /** When it was compiled: overrides that end later are in it. */
  readonly asOf: EpochSeconds
  /** By what it says of itself we know that the history is still the one we followed. */
  readonly about: Revision | undefined
  readonly rings: ReadonlyMap<string, KeyRing>
  ringFor(tenantUid: string): KeyRing
}

export interface Loading {
  readonly database: Database
  readonly masterKey: SealingKey
  /** Where private keys are kept, if not in the database. */
  readonly vault?: Vault | undefined
  readonly random: Random
  readonly clock: Clock
  /** Wins over the applied one where the environment allows it. */
  readonly publicUrl: string | undefined
}

/**
 * Reads what is applied, of that only what changed since `before`, and makes the keys that are missing.
 * Throws where this program must not read it.
 */
export async function loadState(loading: Loading, before?: ServerState): Promise<ServerState> {
  const found = (before && (await loadChanges(loading, before))) ?? (await loadAll(loading))
  return withRings(loading, found, before)
}

type Found = Compiled & Pick<ServerState, 'about' | 'asOf'>

async function loadAll(loading: Loading): Promise<Found> {
  const { database } = loading
  const live = await database.config.live()
  const about = await readable(database, live.revision)
  const options = optionsOf(loading)
  return { live, about, asOf: options.now, snapshot: compile(live, options) }
}

const optionsOf = ({ publicUrl, clock }: Loading) => ({
  now: toSeconds(clock.milliseconds()),
  ...(publicUrl === undefined ? {} : { publicUrl }),
})

/** Undefined where only everything will do: the database was put back to an earlier state, for instance. */
async function loadChanges(loading: Loading, before: ServerState): Promise<Found | undefined> {
  const { database } = loading
  const known = await database.config.revision(before.revision)
  if (!isSame(known, before.about)) return undefined
  const changes = await database.config.changedSince(before.revision)
  if (changes.revision === before.revision) return before
  const about = await readable(database, changes.revision)
  const options = optionsOf(loading)
  const found = recompile(before, changes, options)
  return found && { ...found, about, asOf: options.now }
}

/** The same revision as time has made it. Asks nobody: overrides end also while the database is away. */
export function withoutEnded(loading: Loading, before: ServerState): ServerState {
  const { revision, objects, overrides } = before.live
  const none = { objects: [], secrets: [], deleted: [] }
  const options = optionsOf(loading)
  const found = recompile(before, { ...none, revision, overrides, count: objects.length }, options)
  return { ...before, ...found, asOf: options.now }
}

/** Of a history that was put back and went on differently, the same number means something else. */
const isSame = (one: Revision | undefined, other: Revision | undefined): boolean =>
  one?.createdAt === other?.createdAt && one?.liveDigest === other?.liveDigest

async function readable({ config }: Database, id: number): Promise<Revision | undefined> {
  const revision = await config.revision(id)
  if (canRead(revision?.minReader)) return revision
  throw new Failure(
    EXIT.database,
    `revision ${id} is for servers that read format ${revision?.minReader}, and this one reads up to ${READER}`,
    'run a newer tokenidp here, or roll the configuration back',
  )
}

async function withRings(
  loading: Loading,
  found: Found,
  before: ServerState | undefined,
): Promise<ServerState> {
  const { tenants, byName, environment } = found.snapshot
  checkMasterKey(environment, loading.masterKey)
  const fresh = tenants.filter((tenant) => before?.snapshot.byName.get(tenant.name) !== tenant)
  // Keys that were made under this one would settle for good which one is right.
  for (const tenant of fresh) checkSecrets(tenant, loading)
  await makeMissing(inEnvironment(loading, environment), fresh)
  // Taken before the keys are read: a change in between is noticed at the next look.
  const { generation } = await loading.database.system.head()
  const known = before?.generation === generation ? before.rings : undefined
  const rings = new Map(
    await Promise.all(
      [...byName.values()].map(
        async (tenant) =>
          [
            tenant.uid,
            known?.get(tenant.uid) ?? (await ringOf(loading, tenant, environment)),
          ] as const,
      ),
    ),
  )
  return {
    ...found,
    revision: found.live.revision,
    generation,
    rings,
    ringFor(uid) {
      const ring = rings.get(uid)
      if (ring === undefined) throw new Error(`there is no key ring for tenant ${uid}`)
      return ring
    },
  }
}

async function makeMissing(loading: Loading, tenants: readonly Tenant[]): Promise<void> {
  if (tenants.length === 0) return
  const why = { now: await timeIn(loading.database, loading), reason: 'the key policy asks for it' }
  await Promise.all(
    tenants.map((tenant) =>
      ensureKeys(keysOf(loading, tenant), changing(loading, tenant, why)).catch((error) => {
        throw inWords(error, tenant)
      }),
    ),
  )
}

/** Promotes the keys that are due, and retires those that are done. */
export async function tickAll(loading: Loading, { snapshot }: ServerState): Promise<void> {
  const making = inEnvironment(loading, snapshot.environment)
  const now = await timeIn(loading.database, loading)
  await eachTenant(snapshot, (tenant) => {
    const change = changing(making, tenant, { now, reason: 'its time has come' })
    return tickKeys(keysOf(loading, tenant), change)
  })
}

/** Wipes what may no longer be repeated. */
export async function forgetAll(loading: Loading, { snapshot }: ServerState): Promise<void> {
  const now = toSeconds(loading.clock.milliseconds())
  await eachTenant(snapshot, ({ uid }) =>
    loading.database.tenant(uid).refreshTokens.forgetResponses(now),
  )
}

const eachTenant = <T>(snapshot: Snapshot, work: (tenant: Tenant) => Promise<T>): Promise<T[]> =>
  Promise.all(snapshot.tenants.map(work))

const keysOf = ({ database }: Loading, tenant: Tenant) => database.tenant(tenant.uid).keys

const inEnvironment = (loading: Loading, environment: Snapshot['environment']): Loading => ({
  ...loading,
  masterKey: sealingIn(environment, loading.masterKey),
})

const changing = (
  { masterKey, vault, random }: Loading,
  tenant: Tenant,
  why: Pick<KeyChange, 'now' | 'reason'>,
): KeyChange => ({
  tenant,
  masterKey,
  vault,
  random,
  actor: `tokenidp serve on ${hostname()}`,
  ...why,
})

async function ringOf(
  loading: Loading,
  tenant: Tenant,
  environment: Snapshot['environment'],
): Promise<KeyRing> {
  const stored = await keysOf(loading, tenant).list()
  checkKeys(environment, tenant.name, stored)
  try {
    return keyRing(stored, tenant.uid, loading.masterKey, loading.vault)
  } catch (error) {
    throw inWords(error, tenant)
  }
}

function inWords(error: unknown, { name }: Tenant): unknown {
  if (error instanceof NoSignerError)
    return new Failure(EXIT.machine, error.message, 'name its socket: TOKENIDP_SIGNER=unix:/…')
  return error instanceof MasterKeyError
    ? wrongMasterKey(`the keys of tenant "${name}" are`, error)
    : error
}

function checkSecrets({ name, applications }: Tenant, { masterKey, clock }: Loading): void {
  const now = toSeconds(clock.milliseconds())
  for (const application of applications.values())
    for (const { sealed, expiresAt } of application.sealedSecrets) {
      const needed = sealedUnder(sealed)
      if (isOpenedBy(sealed, masterKey) || (expiresAt !== undefined && expiresAt <= now)) continue
      throw wrongMasterKey(
        `a secret of application "${application.name}" of tenant "${name}" is`,
        { needed, given: masterKey.id },
        `set TOKENIDP_MASTER_KEY to the key whose id is ${needed}; or, if this is the right one, tokenidp apply`,
      )
    }
}
