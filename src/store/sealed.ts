import type { Engine } from './engine.ts'
import type { SealedKey, SealedSecret, SealedValue, SealedValues } from './port.ts'
import type { Db } from './tables.ts'
import { announceKeys } from './tenant/keys.ts'

const SEALED = 'v1.%'

export const sealedValues = (engine: Engine): SealedValues => ({
  list: () => engine.snapshot(sealedIn),

  replace: (value, sealed) =>
    engine.statement((db) =>
      value.of === 'signing-key' ? replaceKey(db, value, sealed) : replaceSecret(db, value, sealed),
    ),

  announce: () => engine.transaction((db) => announceKeys(engine, db)),
})

export const sealedIn = async (db: Db): Promise<readonly SealedValue[]> => [
  ...(await keysIn(db)),
  ...(await secretsIn(db)),
]

export async function signingSealsIn(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('signing_key')
    .innerJoin('config_object', 'config_object.uid', 'signing_key.tenant')
    .select('sealed_private')
    .where('config_object.deleted_at', 'is', null)
    .where('state', '=', 'active')
    .where('sealed_private', 'like', SEALED)
    .execute()
  return rows.map((row) => row.sealed_private)
}

const keysIn = async (db: Db): Promise<readonly SealedValue[]> =>
  (
    await db
      .selectFrom('signing_key')
      .select(['tenant', 'kid', 'sealed_private as sealed'])
      .where('sealed_private', 'like', SEALED)
      .orderBy('tenant')
      .orderBy('kid')
      .execute()
  ).map((row) => ({ of: 'signing-key', ...row }))

const secretsIn = async (db: Db): Promise<readonly SealedValue[]> =>
  (
    await db
      .selectFrom('secret_verifier')
      .select(['owner_uid as ownerUid', 'secret_id as secretId', 'verifier as sealed'])
      .where('verifier', 'like', SEALED)
      .orderBy('owner_uid')
      .orderBy('secret_id')
      .execute()
  ).map((row) => ({ of: 'client-secret', ...row }))

// Only from the very text that was opened: whatever anybody wrote meanwhile stays.
async function replaceKey(db: Db, key: SealedKey, sealed: string): Promise<boolean> {
  const replaced = await db
    .updateTable('signing_key')
    .set({ sealed_private: sealed })
    .where('tenant', '=', key.tenant)
    .where('kid', '=', key.kid)
    .where('sealed_private', '=', key.sealed)
    .executeTakeFirst()
  return replaced.numUpdatedRows > 0n
}

async function replaceSecret(db: Db, secret: SealedSecret, sealed: string): Promise<boolean> {
  const replaced = await db
    .updateTable('secret_verifier')
    .set({ verifier: sealed })
    .where('owner_uid', '=', secret.ownerUid)
    .where('secret_id', '=', secret.secretId)
    .where('verifier', '=', secret.sealed)
    .executeTakeFirst()
  return replaced.numUpdatedRows > 0n
}
