import type { Engine } from '../engine.ts'
import type { PushedRequest, PushedRequests } from '../port.ts'
import type { PushedRequestRow } from '../rows/pushed-requests.ts'

export const pushedRequests = (engine: Engine, tenant: string): PushedRequests => ({
  async push(request) {
    await engine.statement((db) =>
      db
        .insertInto('pushed_request')
        .values({
          tenant,
          key: request.key,
          application_uid: request.applicationUid,
          params: request.params,
          is_signed: request.isSigned ? 1 : 0,
          created_at: request.createdAt,
          expires_at: request.expiresAt,
          consumed_at: null,
        })
        .execute(),
    )
  },

  async find(key) {
    const row = await engine.read((db) =>
      db
        .selectFrom('pushed_request')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('key', '=', key)
        .executeTakeFirst(),
    )
    return row === undefined ? undefined : requestOf(row)
  },
})

const requestOf = (row: PushedRequestRow): PushedRequest => ({
  key: row.key,
  applicationUid: row.application_uid,
  params: row.params,
  isSigned: row.is_signed === 1,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  consumedAt: row.consumed_at ?? undefined,
})
