import type { EpochSeconds } from '../../base/time.ts'
import { record } from '../append-audit.ts'
import type { NewAuditEntry } from '../config-port.ts'
import type { Engine } from '../engine.ts'
import type { ApiTokenActor, ApiTokenRecord, ApiTokens, NewApiToken } from '../port.ts'
import type { Db } from '../tables.ts'
import { insertAccessToken, tokenOf } from './access-tokens.ts'

export const apiTokens = (engine: Engine, tenant: string): ApiTokens => ({
  create: (token, by) =>
    engine.transaction(async (db) => {
      await insertAccessToken(db, tenant, token.access)
      const { id, name = null, access } = token
      await db
        .insertInto('api_token')
        .values({ tenant, id, key: access.key, name, created_by: by.actor })
        .execute()
      await record(db, [entry(tenant, token, 'api-token.create', by)])
    }),

  async find(key) {
    const row = await engine.read((db) =>
      withAccess(db, tenant).where('api.key', '=', key).executeTakeFirst(),
    )
    return row && recordOf(row)
  },

  async list(applicationUid) {
    const rows = await engine.read((db) =>
      withAccess(db, tenant)
        .$if(applicationUid !== undefined, (query) =>
          query.where('token.application_uid', '=', applicationUid ?? ''),
        )
        .orderBy('api.id', 'desc')
        .execute(),
    )
    return rows.map(recordOf)
  },

  revoke: (id, by) =>
    engine.transaction(async (db) => {
      if (!(await end(db, tenant, id, by.at))) return undefined
      const row = await withAccess(db, tenant).where('api.id', '=', id).executeTakeFirstOrThrow()
      const revoked = recordOf(row)
      await record(db, [entry(tenant, revoked, 'api-token.revoke', by)])
      return revoked
    }),
})

/** Its access token is all there is to end, so that it cannot be over in one place and not in the other. */
async function end(db: Db, tenant: string, id: string, now: EpochSeconds): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('access_token')
    .set({ revoked_at: now })
    .where('tenant', '=', tenant)
    .where('key', '=', (each) =>
      each
        .selectFrom('api_token')
        .select('key')
        .where('api_token.tenant', '=', tenant)
        .where('api_token.id', '=', id),
    )
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const withAccess = (db: Db, tenant: string) =>
  db
    .selectFrom('api_token as api')
    .innerJoin('access_token as token', (join) =>
      join.on('token.tenant', '=', tenant).onRef('token.key', '=', 'api.key'),
    )
    .selectAll('token')
    .select(['api.id', 'api.name', 'api.created_by'])
    .where('api.tenant', '=', tenant)

type Row = Awaited<ReturnType<ReturnType<typeof withAccess>['executeTakeFirstOrThrow']>>

const recordOf = (row: Row): ApiTokenRecord => ({
  id: row.id,
  name: row.name ?? undefined,
  access: tokenOf(row),
  createdBy: row.created_by,
  revokedAt: row.revoked_at ?? undefined,
})

const entry = (
  tenant: string,
  { id, name, access }: NewApiToken,
  action: string,
  { tenantName, actor, at }: ApiTokenActor,
): NewAuditEntry => ({
  revision: undefined,
  at,
  actor,
  action,
  address: `ApiToken/${tenantName}/${id}`,
  objectUid: tenant,
  details: {
    name: name ?? null,
    application: access.applicationUid,
    resource: access.audience,
    scope: access.scope,
    expiresAt: access.expiresAt,
  },
})
