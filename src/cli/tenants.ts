import { nearest } from '../base/nearest.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Tenant } from '../model/tenant.ts'
import type { Database } from './database.ts'
import { EXIT, Failure } from './exit.ts'

/** What is applied, compiled as the servers compile it. */
export async function appliedSnapshot({ config }: Database, publicUrl?: string): Promise<Snapshot> {
  const { compile } = await import('../deploy/snapshot.ts')
  const live = await config.live()
  if (live.revision === 0)
    throw new Failure(EXIT.failed, 'nothing is applied to this database yet', 'tokenidp apply')
  return compile(live, publicUrl === undefined ? {} : { publicUrl })
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
