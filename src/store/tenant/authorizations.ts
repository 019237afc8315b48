import type { Engine } from '../engine.ts'
import type { Authorizations } from '../port.ts'
import {
  findAuthorization,
  inSession,
  insertAuthorization,
  revokeAuthorization,
} from './authorization-rows.ts'
import { insertCode, insertTokens } from './codes.ts'
import { consumePushed } from './pushed-requests.ts'

export const authorizations = (engine: Engine, tenant: string): Authorizations => ({
  create: (allowed, code, pushedKey) =>
    engine.transaction(async (db) => {
      const authorization = await inSession(db, tenant, allowed)
      if (authorization === undefined) return false
      const { uid, createdAt } = authorization
      if (pushedKey !== undefined && !(await consumePushed(db, tenant, pushedKey, createdAt)))
        return false
      await insertAuthorization(db, tenant, authorization, code.expiresAt)
      await insertCode(db, tenant, uid, code)
      return true
    }),

  settle: (authorization, bought) =>
    engine.transaction(async (db) => {
      await insertAuthorization(db, tenant, authorization, authorization.createdAt)
      await insertTokens(db, tenant, bought)
    }),

  find: (uid) => engine.read((db) => findAuthorization(db, tenant, uid)),

  async revoke(uid, now) {
    await engine.statement((db) => revokeAuthorization(db, tenant, uid, now))
  },
})
