import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { Consents } from '../port.ts'

/** A row per thing allowed, so that two grants at once add up whatever their order. */
export const consents = (engine: Engine, tenant: string): Consents => ({
  async find(userUid, applicationUid) {
    const rows = await engine.read((db) => rowsOf(db, { tenant, userUid, applicationUid }))
    if (rows.length === 0) return undefined
    const valuesOf = (kind: string) =>
      rows
        .filter((row) => row.kind === kind)
        .map((row) => row.value)
        .toSorted()
    return { scopes: valuesOf('scope'), resources: valuesOf('resource'), claims: valuesOf('claim') }
  },

  async grant(userUid, applicationUid, { scopes, resources, claims }, now) {
    const key = { tenant, user_uid: userUid, application_uid: applicationUid, granted_at: now }
    const rows = [
      { ...key, kind: 'application' as const, value: '' },
      ...scopes.map((value) => ({ ...key, kind: 'scope' as const, value })),
      ...resources.map((value) => ({ ...key, kind: 'resource' as const, value })),
      ...claims.map((value) => ({ ...key, kind: 'claim' as const, value })),
    ]
    await engine.statement((db) =>
      db
        .insertInto('consent')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    )
  },
})

interface Parties {
  readonly tenant: string
  readonly userUid: string
  readonly applicationUid: string
}

const rowsOf = compiled((db, { tenant, userUid, applicationUid }: Parties) =>
  db
    .selectFrom('consent')
    .select(['kind', 'value'])
    .where('tenant', '=', tenant)
    .where('user_uid', '=', userUid)
    .where('application_uid', '=', applicationUid),
)
