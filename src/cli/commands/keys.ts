import { toSeconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { sealingIn } from '../development.ts'
import { variable } from '../environment.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { masterKey } from '../master-key.ts'
import { givenVault } from '../signer/index.ts'
import { table } from '../table.ts'
import { tenantNamed } from '../tenants.ts'

/** The tenant's keys, what each is for and until when. Never their private halves. */
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
      const keys = inOrder(await database.tenant(tenant.uid).keys.list())
      return {
        exit: EXIT.ok,
        kind: 'Keys',
        body: { tenant: name, keys: keys.map(keyBody) },
        text:
          keys.length === 0
            ? 'There are no keys yet: the server makes them when it starts.\n'
            : table(keys.map((key) => [key.algorithm, key.state, key.kid, dueText(key)])),
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

/** Starts the rotation of every algorithm: the standby key signs when verifiers had time to learn it, or now. */
export async function rotateTenantKeys(
  invocation: Invocation,
  flags: { readonly now?: boolean },
  name: string,
): Promise<Outcome> {
  const { world } = invocation
  const sealing = masterKey(world.variables)
  const { rotateKeys } = await import('../../oauth/keys/rotate.ts')
  return withDatabase(
    invocation,
    await databaseOf(invocation),
    { schema: 'require' },
    async (database) => {
      const tenant = await tenantNamed(database, name)
      const now = toSeconds(world.clock.milliseconds())
      const change = {
        tenant,
        vault: givenVault(world.variables),
        masterKey: sealingIn((await database.config.live()).environment, sealing),
        random: world.random,
        now,
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        reason: variable(world.variables, 'TOKENIDP_REASON') ?? 'tokenidp keys rotate',
      }
      invocation.interruption.pointOfNoReturn()
      const reports = await rotateKeys(database.tenant(tenant.uid).keys, change, {
        immediately: flags.now === true,
      })
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
    },
  )
}

const keyBody = (key: StoredKey) => ({
  kid: key.kid,
  algorithm: key.algorithm,
  state: key.state,
  createdAt: key.createdAt,
  activateAt: key.activateAt ?? null,
  activatedAt: key.activatedAt ?? null,
  verifyUntil: key.verifyUntil,
})

const dueText = (key: StoredKey): string => {
  if (key.state === 'pending' && key.activateAt !== undefined)
    return `signs from ${instantText(key.activateAt)}`
  if (key.state === 'active') return `signs since ${instantText(key.activatedAt ?? key.createdAt)}`
  if (key.state === 'retiring') return `verifies until ${instantText(key.verifyUntil)}`
  return `since ${instantText(key.createdAt)}`
}
