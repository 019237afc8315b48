import type { SealingKey } from '../base/seal.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { StoredKey } from '../model/key.ts'
import type { KeyChange } from '../oauth/keys/make.ts'
import { checkOpens } from '../oauth/keys/opening.ts'
import { MasterKeyError } from '../oauth/keys/ring.ts'
import type { Keys } from '../store/port.ts'
import { type Database, databaseOf, timeIn, withDatabase } from './database.ts'
import { checkMasterKey, sealingIn } from './development.ts'
import { variable } from './environment.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { masterKey, wrongMasterKey } from './master-key.ts'
import { isLive } from './servers.ts'
import { givenVault } from './signer/index.ts'
import { tenantNamed } from './tenants.ts'

export interface WhyFlags {
  readonly reason?: string
}

/** Whose keys change, and what the record says of why. */
export interface Changing {
  readonly name: string
  readonly verb: string
  readonly reason: string | undefined
  /** Nothing of the keys that are there is needed: whoever lost their master key begins anew so. */
  readonly isReplacing?: boolean
}

/** Changes keys of a tenant; who does it and why is recorded with the change. */
export async function changingKeys(
  invocation: Invocation,
  { name, verb, reason, isReplacing = false }: Changing,
  work: (keys: Keys, change: KeyChange) => Promise<Outcome>,
): Promise<Outcome> {
  const { world } = invocation
  const sealing = masterKey(world.variables)
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const tenant = await tenantNamed(database, name)
    const { environment } = await database.config.live()
    if (environment !== undefined) checkMasterKey(environment, sealing)
    const change = {
      tenant,
      vault: givenVault(world.variables),
      masterKey: sealingIn(environment, sealing),
      random: world.random,
      now: await timeIn(database, world),
      actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
      reason: reason ?? variable(world.variables, 'TOKENIDP_REASON') ?? `tokenidp keys ${verb}`,
    }
    const { keys } = database.tenant(tenant.uid)
    const stored = await keys.list()
    if (!isReplacing) checkOpens(stored, sealing)
    else if (await isServed(database, change.now)) checkLost(stored, sealing)
    invocation.interruption.pointOfNoReturn()
    return work(keys, change)
  })
}

const isServed = async ({ system }: Database, now: EpochSeconds): Promise<boolean> =>
  (await system.instances()).some((server) => isLive(server, now))

/** Servers that run have the master key. They could load nothing made under another one, and would trust on. */
function checkLost(stored: readonly StoredKey[], sealing: SealingKey): void {
  try {
    checkOpens(stored, sealing)
  } catch (error) {
    if (!(error instanceof MasterKeyError)) throw error
    const { needed } = error
    const next = `set TOKENIDP_MASTER_KEY to the key whose id is ${needed}; if it is lost, stop every server, and begin anew 90 seconds later`
    throw wrongMasterKey(`key ${error.kid} is`, error, next)
  }
}
