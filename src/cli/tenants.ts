import { nearest } from '../base/nearest.ts'
import type { CompileOptions } from '../deploy/snapshot.ts'
import type { Application } from '../model/application.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Tenant } from '../model/tenant.ts'
import type { User } from '../model/user.ts'
import type { TenantStore, Visited } from '../store/port.ts'
import type { Database } from './database.ts'
import { EXIT, Failure } from './exit.ts'

/** What is applied, compiled as the servers compile it. */
export async function appliedSnapshot(
  { config }: Database,
  options: CompileOptions = {},
): Promise<Snapshot> {
  const { compile } = await import('../deploy/snapshot.ts')
  const live = await config.live()
  if (live.revision === 0)
    throw new Failure(EXIT.failed, 'nothing is applied to this database yet', 'tokenidp apply')
  return compile(live, options)
}

export async function tenantNamed(database: Database, name: string): Promise<Tenant> {
  const { byName } = await appliedSnapshot(database)
  const tenant = byName.get(name)
  if (tenant !== undefined) return tenant
  const meant = nearest(name, byName.keys())
  throw new Failure(
    EXIT.failed,
    `there is no tenant "${name}" in what is applied`,
    meant === undefined ? `use one of ${[...byName.keys()].join(', ')}` : `did you mean ${meant}?`,
  )
}

export async function userNamed(store: TenantStore, tenant: string, login: string): Promise<User> {
  const user = await store.users.findByLogin(login)
  if (user !== undefined) return user
  throw new Failure(
    EXIT.failed,
    `there is no user "${login}" in ${tenant}`,
    `tokenidp users list ${tenant}`,
  )
}

/** By its name or its `client_id`. */
export function applicationNamed(tenant: Tenant, name: string): Application {
  const all = [...tenant.applicationsByUid.values()]
  const found = all.find((each) => each.name === name) ?? tenant.applications.get(name)
  if (found !== undefined) return found
  const names = all.map((each) => each.name)
  const meant = nearest(name, names)
  throw new Failure(
    EXIT.failed,
    `there is no application "${name}" in ${tenant.name}`,
    meant === undefined ? `use one of ${names.join(', ')}` : `did you mean ${meant}?`,
  )
}

/** Its uid, where the configuration no longer has it. */
export const applicationName = (uid: string, { applicationsByUid }: Tenant): string =>
  applicationsByUid.get(uid)?.name ?? uid

/** The names of the applications that servers tell of the end of these sessions. */
export const toldOf = (visited: readonly Visited[], tenant: Tenant): readonly string[] => {
  const told = visited.filter(({ applicationUid }) => {
    const application = tenant.applicationsByUid.get(applicationUid)
    return application?.backchannelLogout !== undefined && !application.isDisabled
  })
  return [...new Set(told.map((each) => applicationName(each.applicationUid, tenant)))].sort()
}
