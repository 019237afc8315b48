import type { Random } from '../../base/random.ts'
import { type SealingKey, sealedUnder } from '../../base/seal.ts'
import { type Clock, toSeconds } from '../../base/time.ts'
import { compile } from '../../deploy/snapshot.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import { ensureKeys } from '../../oauth/keys/ensure.ts'
import type { KeyMaking } from '../../oauth/keys/make.ts'
import { type KeyRing, keyRing, MasterKeyError } from '../../oauth/keys/ring.ts'
import { tickKeys } from '../../oauth/keys/rotate.ts'
import type { Database } from '../database.ts'
import { wrongMasterKey } from '../master-key.ts'

/** What requests are answered from: one revision of the configuration and one generation of keys. */
export interface ServerState {
  readonly revision: number
  readonly generation: number
  readonly snapshot: Snapshot
  ringFor(tenantUid: string): KeyRing
}

export interface Loading {
  readonly database: Database
  readonly masterKey: SealingKey
  readonly random: Random
  readonly clock: Clock
  /** Wins over the applied one where the environment allows it. */
  readonly publicUrl: string | undefined
}

/** Reads what is applied, and makes the keys that are missing. */
export async function loadState(loading: Loading): Promise<ServerState> {
  const { database, publicUrl } = loading
  const live = await database.config.live()
  const snapshot = compile(live, publicUrl === undefined ? {} : { publicUrl })
  // Keys that were made under this one would settle for good which one is right.
  for (const tenant of snapshot.tenants) checkSecrets(tenant, loading)
  await eachTenant(snapshot, (tenant) =>
    ensureKeys(keysOf(loading, tenant), making(loading, tenant)),
  )
  // Taken before the keys are read: a change in between is noticed at the next look.
  const { generation } = await database.system.head()
  const rings = new Map(await eachTenant(snapshot, (tenant) => ringOf(loading, tenant)))
  return {
    revision: live.revision,
    generation,
    snapshot,
    ringFor(uid) {
      const ring = rings.get(uid)
      if (ring === undefined) throw new Error(`there is no key ring for tenant ${uid}`)
      return ring
    },
  }
}

/** Promotes the keys that are due, retires those that are done, and wipes what may no longer be repeated. */
export const tickAll = async (loading: Loading, { snapshot }: ServerState): Promise<void> => {
  await eachTenant(snapshot, async (tenant) => {
    const { assertions, refreshTokens } = loading.database.tenant(tenant.uid)
    const now = toSeconds(loading.clock.milliseconds())
    await refreshTokens.forgetResponses(now)
    await assertions.forgetExpired(now)
    await tickKeys(keysOf(loading, tenant), making(loading, tenant))
  })
}

const eachTenant = <T>(snapshot: Snapshot, work: (tenant: Tenant) => Promise<T>): Promise<T[]> =>
  Promise.all(snapshot.tenants.map(work))

const keysOf = ({ database }: Loading, tenant: Tenant) => database.tenant(tenant.uid).keys

const making = ({ masterKey, random, clock }: Loading, tenant: Tenant): KeyMaking => ({
  tenant,
  masterKey,
  random,
  now: toSeconds(clock.milliseconds()),
})

async function ringOf(loading: Loading, tenant: Tenant): Promise<[string, KeyRing]> {
  const stored = await keysOf(loading, tenant).list()
  try {
    return [tenant.uid, keyRing(stored, tenant.uid, loading.masterKey)]
  } catch (error) {
    if (!(error instanceof MasterKeyError)) throw error
    throw wrongMasterKey(`the keys of tenant "${tenant.name}" are`, error)
  }
}

function checkSecrets({ name, applications }: Tenant, { masterKey, clock }: Loading): void {
  const now = toSeconds(clock.milliseconds())
  for (const application of applications.values())
    for (const { sealed, expiresAt } of application.sealedSecrets) {
      const needed = sealedUnder(sealed)
      if (needed === masterKey.id || (expiresAt !== undefined && expiresAt <= now)) continue
      throw wrongMasterKey(
        `a secret of application "${application.name}" of tenant "${name}" is`,
        { needed, given: masterKey.id },
        `set TOKENIDP_MASTER_KEY to the key whose id is ${needed}; or, if this is the right one, tokenidp apply`,
      )
    }
}
