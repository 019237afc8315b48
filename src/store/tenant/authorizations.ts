import type { Engine } from '../engine.ts'
import type { Authorizations } from '../port.ts'
import {
  findAuthorization,
  insertAuthorization,
  revokeAuthorization,
} from './authorization-rows.ts'
import { insertCode } from './codes.ts'

export const authorizations = (engine: Engine, tenant: string): Authorizations => ({
  create: (authorization, code) =>
    engine.transaction(async (db) => {
      await insertAuthorization(db, tenant, authorization)
      await insertCode(db, tenant, authorization.uid, code)
    }),

  find: (uid) => engine.read((db) => findAuthorization(db, tenant, uid)),

  async revoke(uid, now) {
    await engine.statement((db) => revokeAuthorization(db, tenant, uid, now))
  },
})
