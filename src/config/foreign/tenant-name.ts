import { RESERVED_TENANTS } from '../lint/reserved-tenant.ts'
import { namesOf, slugOf } from './name.ts'
import type { Asked } from './product.ts'

/** Names for tenants: as asked for, as the export calls them, or `main`; never one that the server needs. */
export function tenantNames(): (name: string, asked: Asked) => string {
  const nameFor = namesOf(RESERVED_TENANTS)
  return (name, { tenant }) => nameFor(tenant ?? name, 'main')
}

export const isTenantName = (name: string): boolean =>
  slugOf(name) === name && !RESERVED_TENANTS.has(name)
