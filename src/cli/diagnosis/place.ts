import type { EpochSeconds } from '../../base/time.ts'
import type { StoredKey } from '../../model/key.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { TenantStore } from '../../store/port.ts'
import type { Database } from '../database.ts'

/** What a token is held against. */
export interface Place {
  readonly snapshot: Snapshot
  readonly now: EpochSeconds
  store(tenant: Tenant): TenantStore
}

export const placeOf = (database: Database, snapshot: Snapshot, now: EpochSeconds): Place => ({
  snapshot,
  now,
  store: ({ uid }) => database.tenant(uid),
})

/** Whose key it is, by the name that the token gives. */
export async function keyNamed(
  kid: unknown,
  { snapshot, store }: Place,
): Promise<{ readonly tenant: Tenant; readonly key: StoredKey } | undefined> {
  for (const tenant of snapshot.tenants) {
    const key = (await store(tenant).keys.list()).find((each) => each.kid === kid)
    if (key !== undefined) return { tenant, key }
  }
  return undefined
}
