import type { ConfigObject, ConfigTransaction } from '../config-port.ts'
import type { Db } from '../tables.ts'
import { forgetRuntime } from './forgotten.ts'
import { objectRow, secretRow } from './rows.ts'
import { buryUsers } from './users.ts'

/** Rows per statement, well below what either database takes as parameters of one. */
const CHUNK = 500

type Changes = Omit<
  ConfigTransaction,
  'live' | 'changedSince' | 'sealed' | 'signingSeals' | 'putUsers' | 'record' | 'commitRevision'
>

/** What an apply does to the rows of the configuration, inside its transaction. */
export const changes = (db: Db): Changes => ({
  ...objectChanges(db),
  ...secretChanges(db),
  ...overrideChanges(db),

  async stampEnvironment(environment) {
    if (environment === undefined) return
    await db
      .updateTable('config_meta')
      .set({ environment_name: environment.name, environment_kind: environment.kind })
      .where('id', '=', 1)
      .execute()
  },
})

export function* chunksOf<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}

const objectChanges = (db: Db): Pick<Changes, 'move' | 'upsert' | 'touch' | 'bury' | 'forget'> => ({
  async move(moves) {
    // No address holds a blank, so none of these can be taken.
    const tenants = await tenantsAmong(db, moves)
    for (const { from, uid } of tenants) await moveTombstones(db, from, ` ${uid}`)
    for (const move of moves) await rename(db, { ...move, name: ` ${move.uid}` })
    for (const move of moves) await rename(db, move)
    for (const { to, uid } of tenants) await moveTombstones(db, ` ${uid}`, to)
  },

  async upsert(objects) {
    for (const chunk of chunksOf(objects)) await upsertObjects(db, chunk.map(objectRow))
  },

  async touch(uids, revision) {
    for (const chunk of chunksOf(uids))
      await db
        .updateTable('config_object')
        .set({ revision_id: revision })
        .where('uid', 'in', chunk)
        .execute()
  },

  async bury(uids, { now, revision }) {
    for (const chunk of chunksOf(uids)) {
      await db
        .updateTable('config_object')
        .set({ deleted_at: now, revision_id: revision })
        .where('uid', 'in', chunk)
        .execute()
      await buryUsers(db, chunk, now)
    }
  },

  async forget(uids) {
    for (const chunk of chunksOf(uids)) {
      await db.deleteFrom('secret_verifier').where('owner_uid', 'in', chunk).execute()
      await db.deleteFrom('override').where('uid', 'in', chunk).execute()
      await forgetRuntime(db, chunk)
      await db
        .deleteFrom('config_object')
        .where('uid', 'in', chunk)
        .where('deleted_at', 'is not', null)
        .execute()
    }
  },
})

/** What was deleted in a tenant stays its own, under whatever name. */
async function tenantsAmong(db: Db, moves: Parameters<Changes['move']>[0]) {
  const to = new Map(moves.map(({ uid, name }) => [uid, name]))
  if (to.size === 0) return []
  const rows = await db
    .selectFrom('config_object')
    .select(['uid', 'name'])
    .where('kind', '=', 'Tenant')
    .where('deleted_at', 'is', null)
    .execute()
  return rows.flatMap(({ uid, name }) => {
    const next = to.get(uid)
    return next === undefined ? [] : [{ uid, from: name, to: next }]
  })
}

const moveTombstones = (db: Db, from: string, to: string) =>
  db
    .updateTable('config_object')
    .set({ tenant: to })
    .where('tenant', '=', from)
    .where('deleted_at', 'is not', null)
    .execute()

const rename = (db: Db, { uid, tenant, name }: Pick<ConfigObject, 'uid' | 'tenant' | 'name'>) =>
  db.updateTable('config_object').set({ tenant, name }).where('uid', '=', uid).execute()

const upsertObjects = (db: Db, rows: ReturnType<typeof objectRow>[]) =>
  db
    .insertInto('config_object')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('uid').doUpdateSet((each) => ({
        kind: each.ref('excluded.kind'),
        tenant: each.ref('excluded.tenant'),
        name: each.ref('excluded.name'),
        owner: each.ref('excluded.owner'),
        spec: each.ref('excluded.spec'),
        spec_hash: each.ref('excluded.spec_hash'),
        last_applied_hash: each.ref('excluded.last_applied_hash'),
        last_applied: each.ref('excluded.last_applied'),
        protect: each.ref('excluded.protect'),
        reconcile: each.ref('excluded.reconcile'),
        origin_file: each.ref('excluded.origin_file'),
        origin_line: each.ref('excluded.origin_line'),
        revision_id: each.ref('excluded.revision_id'),
        deleted_at: null,
      })),
    )
    .execute()

const secretChanges = (
  db: Db,
): Pick<Changes, 'putSecrets' | 'expireSecrets' | 'dropSecrets' | 'endSecrets'> => ({
  async putSecrets(secrets) {
    for (const chunk of chunksOf(secrets)) await upsertSecrets(db, chunk.map(secretRow))
  },

  async expireSecrets(secrets) {
    for (const { ownerUid, secretId, expiresAt } of secrets)
      await db
        .updateTable('secret_verifier')
        .set({ expires_at: expiresAt ?? null })
        .where('owner_uid', '=', ownerUid)
        .where('secret_id', '=', secretId)
        .execute()
  },

  async endSecrets(ownerUid, at) {
    await db
      .updateTable('secret_verifier')
      .set({ ends_at: at })
      .where('owner_uid', '=', ownerUid)
      .where((each) => each.or([each('ends_at', 'is', null), each('ends_at', '>', at)]))
      .execute()
  },

  async dropSecrets(secrets) {
    for (const { ownerUid, secretId } of secrets)
      await db
        .deleteFrom('secret_verifier')
        .where('owner_uid', '=', ownerUid)
        .where('secret_id', '=', secretId)
        .execute()
  },
})

const upsertSecrets = (db: Db, rows: ReturnType<typeof secretRow>[]) =>
  db
    .insertInto('secret_verifier')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['owner_uid', 'secret_id']).doUpdateSet((each) => ({
        verifier: each.ref('excluded.verifier'),
        fingerprint: each.ref('excluded.fingerprint'),
        expires_at: each.ref('excluded.expires_at'),
        issued_at: each.ref('excluded.issued_at'),
        ends_at: each.ref('excluded.ends_at'),
      })),
    )
    .execute()

const overrideChanges = (db: Db): Pick<Changes, 'putOverride' | 'dropOverrides'> => ({
  async putOverride({ uid, path, value, isRelaxing, expiresAt, reason, actor, createdAt }) {
    const row = {
      value: JSON.stringify(value),
      relaxing: isRelaxing ? 1 : 0,
      expires_at: expiresAt,
      reason,
      actor,
      created_at: createdAt,
    }
    await db
      .insertInto('override')
      .values({ uid, path, ...row })
      .onConflict((conflict) => conflict.columns(['uid', 'path']).doUpdateSet(row))
      .execute()
  },

  async dropOverrides(uid, path) {
    const all = db.deleteFrom('override').where('uid', '=', uid)
    const { numDeletedRows } = await (path === undefined
      ? all
      : all.where('path', '=', path)
    ).executeTakeFirst()
    return Number(numDeletedRows)
  },
})
