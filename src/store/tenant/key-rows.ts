import { KEY_MOVES, type StoredKey } from '../../model/key.ts'
import type { KeyActor, KeyMove } from '../port.ts'
import type { KeyRow } from '../rows/tokens.ts'
import type { Db } from '../tables.ts'

/** False when the key is not where the move begins. */
export async function moveKey(
  db: Db,
  tenant: string,
  { kid, from, to, verifyUntil = 0 }: KeyMove,
  { at }: KeyActor,
): Promise<boolean> {
  if (!KEY_MOVES[from].includes(to)) throw new Error(`a key goes nowhere from ${from} to ${to}`)
  const moved = await keyIn(db, tenant, kid, from)
    .set((each) => ({
      state: to,
      verify_until: each
        .case()
        .when('verify_until', '>', verifyUntil)
        .then(each.ref('verify_until'))
        .else(each.cast<number>(each.val(verifyUntil), 'bigint'))
        .end(),
      ...(to === 'active' ? { activate_at: null, activated_at: at } : {}),
      ...(to === 'retired' || to === 'compromised' ? { retired_at: at } : {}),
    }))
    .$if(from === 'retiring' && to === 'retired', (update) =>
      update.where('verify_until', '<=', at),
    )
    .executeTakeFirst()
  return moved.numUpdatedRows > 0n
}

export const keyIn = (db: Db, tenant: string, kid: string, state: StoredKey['state']) =>
  db
    .updateTable('signing_key')
    .where('tenant', '=', tenant)
    .where('kid', '=', kid)
    .where('state', '=', state)

export async function insertKey(db: Db, tenant: string, key: StoredKey): Promise<boolean> {
  const inserted = await db
    .insertInto('signing_key')
    .values(rowOf(tenant, key))
    .onConflict((conflict) => conflict.doNothing())
    .returning('kid')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Of any tenant: a key belongs to one. */
export const holderOf = (db: Db, kid: string) =>
  db.selectFrom('signing_key').select(['tenant', 'state']).where('kid', '=', kid).executeTakeFirst()

export const stateOf = ({ state }: Pick<KeyRow, 'state'>) => state as StoredKey['state']

const rowOf = (tenant: string, key: StoredKey): KeyRow => ({
  tenant,
  kid: key.kid,
  algorithm: key.algorithm,
  use: key.use,
  state: key.state,
  public_jwk: JSON.stringify(key.publicJwk),
  sealed_private: key.sealedPrivate,
  created_at: key.createdAt,
  activate_at: key.activateAt ?? null,
  activated_at: key.activatedAt ?? null,
  retired_at: key.retiredAt ?? null,
  verify_until: key.verifyUntil,
  ordinal: key.ordinal,
})

export const keyOf = (row: KeyRow): StoredKey => ({
  kid: row.kid,
  algorithm: row.algorithm as StoredKey['algorithm'],
  use: row.use as StoredKey['use'],
  ordinal: row.ordinal,
  state: stateOf(row),
  publicJwk: JSON.parse(row.public_jwk),
  sealedPrivate: row.sealed_private,
  createdAt: row.created_at,
  activateAt: row.activate_at ?? undefined,
  activatedAt: row.activated_at ?? undefined,
  retiredAt: row.retired_at ?? undefined,
  verifyUntil: row.verify_until,
})
