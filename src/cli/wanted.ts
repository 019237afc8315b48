import { isOpenedBy, isSealed, sealedUnder } from '../base/seal.ts'
import type { Resolution } from '../config/secrets.ts'
import type { Wanted } from '../deploy/plan.ts'
import type { Database } from './database.ts'
import { checkMasterKey } from './development.ts'
import type { Invocation } from './invocation.ts'
import { givenMasterKey, wrongMasterKey } from './master-key.ts'
import { type Project, resolveSecrets } from './project.ts'

/** What the documents want, and under which master key, where something of it is sealed. */
export async function wantedBy(
  invocation: Invocation,
  project: Project,
  hasSecrets = true,
): Promise<Wanted> {
  const secrets = hasSecrets
    ? await resolveSecrets(invocation, project)
    : (await import('../config/index.ts')).unknownSecrets(project.desired)
  return wantedWith(invocation, project.desired, secrets)
}

export function wantedWith(
  { world }: Invocation,
  desired: Wanted['desired'],
  secrets: Wanted['secrets'],
): Wanted {
  const isSealing = sealingTenants(secrets).size > 0
  const key = isSealing ? givenMasterKey(world.variables) : undefined
  if (key !== undefined) checkMasterKey(desired.environment, key)
  return { desired, secrets, sealingKey: key }
}

/** Servers open secrets with the master key of their signing keys, and with no other. */
export async function checkSealingKey(
  { secrets, sealingKey }: Wanted,
  database: Database,
): Promise<void> {
  if (sealingKey === undefined) return
  const tenants = sealingTenants(secrets)
  const { objects } = await database.config.live()
  for (const { kind, name, uid } of objects) {
    if (kind !== 'Tenant' || !tenants.has(name)) continue
    const signing = (await database.tenant(uid).keys.list()).find(
      ({ state, sealedPrivate }) => state === 'active' && isSealed(sealedPrivate),
    )
    if (signing === undefined || isOpenedBy(signing.sealedPrivate, sealingKey)) continue
    const ids = { needed: sealedUnder(signing.sealedPrivate), given: sealingKey.id }
    throw wrongMasterKey(`the keys of tenant "${name}" are`, ids)
  }
}

/** Of addresses such as `Application/acme/web`. */
const sealingTenants = (secrets: Resolution['secrets']): ReadonlySet<string> =>
  new Set(
    [...secrets]
      .filter(([, each]) => each.some(({ declared }) => declared.use === 'sealed'))
      .map(([address]) => address.split('/')[1] ?? ''),
  )
