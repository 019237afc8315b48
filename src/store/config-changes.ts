import type { EpochSeconds } from '../base/time.ts'
import type { ConfigTransaction, DeclaredUser, Revision } from './config-port.ts'
import { objectRow, revisionRow, secretRow } from './config-rows.ts'
import type { Engine } from './engine.ts'
import type { Db } from './tables.ts'
import { takeLogins } from './tenant/logins.ts'
import { endIssuedTo, rowOf } from './tenant/users.ts'

/** Rows per statement, well below what either database takes as parameters of one. */
const CHUNK = 500

/** What an apply does to the rows, inside its transaction. */
export const changes = (engine: Engine, db: Db): Omit<ConfigTransaction, 'live' | 'buried'> => ({
  async upsert(objects) {
    for (const chunk of chunksOf(objects)) await upsertObjects(db, chunk.map(objectRow))
  },

  async bury(uids, now) {
    for (const chunk of chunksOf(uids)) {
      await db
        .updateTable('config_object')
        .set({ deleted_at: now })
        .where('uid', 'in', chunk)
        .execute()
      await buryUsers(db, chunk, now)
    }
  },

  async putSecrets(secrets) {
    for (const chunk of chunksOf(secrets)) await upsertSecrets(db, chunk.map(secretRow))
  },

  async dropSecrets(secrets) {
    for (const { ownerUid, secretId } of secrets)
      await db
        .deleteFrom('secret_verifier')
        .where('owner_uid', '=', ownerUid)
        .where('secret_id', '=', secretId)
        .execute()
  },

  async putUsers(users, now) {
    const named = await releaseAll(db, users)
    for (const user of users) {
      if (!(await takeLogins(db, user.tenantUid, user))) return user
      await putUser(db, user, now)
      if (!named.has(user.uid)) await revive(db, user)
    }
    return undefined
  },

  async stampEnvironment(environment) {
    if (environment === undefined) return
    await db
      .updateTable('config_meta')
      .set({ environment_name: environment.name, environment_kind: environment.kind })
      .where('id', '=', 1)
      .execute()
  },

  commitRevision: (revision) => commitRevision(engine, db, revision),
})

function* chunksOf<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}

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
        protect: each.ref('excluded.protect'),
        origin_file: each.ref('excluded.origin_file'),
        origin_line: each.ref('excluded.origin_line'),
        revision_id: each.ref('excluded.revision_id'),
        deleted_at: null,
      })),
    )
    .execute()

const upsertSecrets = (db: Db, rows: ReturnType<typeof secretRow>[]) =>
  db
    .insertInto('secret_verifier')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['owner_uid', 'secret_id']).doUpdateSet((each) => ({
        verifier: each.ref('excluded.verifier'),
        fingerprint: each.ref('excluded.fingerprint'),
        expires_at: each.ref('excluded.expires_at'),
      })),
    )
    .execute()

/** They may not sign in and their names are free; uid, sub and history stay. */
async function buryUsers(db: Db, uids: readonly string[], now: EpochSeconds): Promise<void> {
  const buried = await db
    .updateTable('user_account')
    .set((each) => ({
      disabled_at: each.fn.coalesce('disabled_at', each.cast<number>(each.val(now), 'bigint')),
      buried_at: now,
      updated_at: now,
    }))
    .where('uid', 'in', uids)
    .returning(['tenant', 'uid'])
    .execute()
  for (const { tenant, uid } of buried) {
    await releaseLogins(db, tenant, uid)
    await endIssuedTo(db, tenant, uid, now)
  }
}

/** All names are given back first, so that two users may swap theirs. Answers who had any. */
async function releaseAll(db: Db, users: readonly DeclaredUser[]): Promise<ReadonlySet<string>> {
  const named = new Set<string>()
  for (const { tenantUid, uid } of users)
    if (await releaseLogins(db, tenantUid, uid)) named.add(uid)
  return named
}

/** False when there were none: the user is new, or had been buried. */
async function releaseLogins(db: Db, tenant: string, uid: string): Promise<boolean> {
  const released = await db
    .deleteFrom('user_login')
    .where('tenant', '=', tenant)
    .where('user_uid', '=', uid)
    .returning('login')
    .execute()
  return released.length > 0
}

/** Back in the documents, so back in the house; whom an operator disabled stays disabled. */
const revive = (db: Db, { tenantUid, uid }: DeclaredUser) =>
  db
    .updateTable('user_account')
    .set((each) => ({
      disabled_at: each.fn<number | null>('nullif', ['disabled_at', 'buried_at']),
      buried_at: null,
    }))
    .where('tenant', '=', tenantUid)
    .where('uid', '=', uid)
    .execute()

async function putUser(db: Db, user: DeclaredUser, now: EpochSeconds): Promise<void> {
  const row = rowOf(user.tenantUid, {
    ...user,
    passwordHash: user.passwordHash ?? undefined,
    cibaUserCodeHash: user.cibaUserCodeHash ?? undefined,
    createdAt: now,
    updatedAt: now,
    disabledAt: undefined,
  })
  await db
    .insertInto('user_account')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'uid']).doUpdateSet((each) => ({
        username: row.username,
        username_key: row.username_key,
        email: row.email,
        email_verified: row.email_verified,
        claims: row.claims,
        roles: row.roles,
        group_names: row.group_names,
        password_hash:
          user.passwordHash === null
            ? null
            : each.fn.coalesce('excluded.password_hash', 'user_account.password_hash'),
        ciba_user_code_hash:
          user.cibaUserCodeHash === null
            ? null
            : each.fn.coalesce('excluded.ciba_user_code_hash', 'user_account.ciba_user_code_hash'),
        updated_at: now,
      })),
    )
    .execute()
}

async function commitRevision(
  engine: Engine,
  db: Db,
  revision: Omit<Revision, 'id' | 'parent'>,
): Promise<number> {
  const head = await db
    .selectFrom('config_head')
    .select('revision_id')
    .where('owner', '=', '')
    .executeTakeFirstOrThrow()
  const id = head.revision_id + 1
  const parent = head.revision_id === 0 ? undefined : head.revision_id
  await db
    .insertInto('config_revision')
    .values(revisionRow({ ...revision, id, parent }))
    .execute()
  await db.updateTable('config_head').set({ revision_id: id }).where('owner', '=', '').execute()
  await db
    .insertInto('config_head')
    .values({ owner: revision.owner, revision_id: id, generation: 0 })
    .onConflict((conflict) => conflict.column('owner').doUpdateSet({ revision_id: id }))
    .execute()
  await engine.announce(db, id)
  return id
}
