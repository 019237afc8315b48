import type { Engine } from '../engine.ts'
import type { Authorizations } from '../port.ts'
import { allow } from './answering.ts'
import {
  findAuthorization,
  insertAuthorization,
  revokeAuthorization,
} from './authorization-rows.ts'
import { insertTokens } from './codes.ts'

export const authorizations = (engine: Engine, tenant: string): Authorizations => ({
  create: (allowed, code, pushedKey) =>
    allow(engine, tenant, { digest: undefined, pushedKey, allowed, code, now: allowed.createdAt }),

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
