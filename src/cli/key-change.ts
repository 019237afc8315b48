import type { KeyChange } from '../oauth/keys/make.ts'
import { checkOpens } from '../oauth/keys/opening.ts'
import type { Keys } from '../store/port.ts'
import { databaseOf, timeIn, withDatabase } from './database.ts'
import { checkMasterKey, sealingIn } from './development.ts'
import { variable } from './environment.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { masterKey } from './master-key.ts'
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
    if (!isReplacing) checkOpens(await keys.list(), sealing)
    invocation.interruption.pointOfNoReturn()
    return work(keys, change)
  })
}
