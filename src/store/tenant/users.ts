import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { EpochSeconds } from '../../base/time.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { Ended, Users } from '../port.ts'
import type { Db, Tables } from '../tables.ts'
import { foldCase, takeLogins } from './logins.ts'
import { endSessions } from './session-ends.ts'
import { rowOf, userOf } from './user-rows.ts'

/** Undoes the transaction of a user whose name somebody else has. */
const TAKEN = Symbol('taken')

export const users = (engine: Engine, tenant: string): Users => ({
  ...finding(engine, tenant),
  ...changing(engine, tenant),
})

type Finding = Pick<Users, 'find' | 'findBySubject' | 'findByLogin' | 'list'>

const finding = (engine: Engine, tenant: string): Finding => ({
  async find(uid) {
    const [row] = await engine.read((db) => userAt(db, { tenant, uid }))
    return row === undefined ? undefined : userOf(row)
  },

  async findBySubject(sub) {
    const row = await engine.read((db) =>
      db
        .selectFrom('user_account')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('sub', '=', sub)
        .executeTakeFirst(),
    )
    return row === undefined ? undefined : userOf(row)
  },

  async findByLogin(login) {
    const [row] = await engine.read((db) => userNamed(db, { tenant, login: foldCase(login) }))
    return row === undefined ? undefined : userOf(row)
  },

  async list({ after, limit }) {
    const rows = await engine.read((db) =>
      named(db, (logins) => logins.where('tenant', '=', tenant))
        .whereRef('user_login.login', '=', 'person.username_key')
        .where('user_login.login', '>', foldCase(after ?? ''))
        .orderBy('user_login.login')
        .limit(limit)
        .execute(),
    )
    return rows.map(userOf)
  },
})

const userAt = compiled((db, { tenant, uid }: { readonly tenant: string; readonly uid: string }) =>
  db.selectFrom('user_account').selectAll().where('tenant', '=', tenant).where('uid', '=', uid),
)

const changing = (engine: Engine, tenant: string): Omit<Users, keyof Finding> => ({
  async create(user) {
    try {
      await engine.transaction(async (db) => {
        if (!(await takeLogins(db, tenant, user))) throw TAKEN
        await db.insertInto('user_account').values(rowOf(tenant, user)).execute()
      })
      return 'created'
    } catch (error) {
      if (error === TAKEN) return 'taken'
      throw error
    }
  },

  setPassword: (uid, passwordHash, now) =>
    engine.transaction(async (db) => {
      await account(db, tenant, uid).set({ password_hash: passwordHash, updated_at: now }).execute()
      await endIssuedTo(db, tenant, uid, now)
    }),

  async upgradePasswordHash(uid, from, to) {
    const { numUpdatedRows } = await engine.statement((db) =>
      account(db, tenant, uid)
        .set({ password_hash: to })
        .where('password_hash', '=', from)
        .executeTakeFirst(),
    )
    return numUpdatedRows > 0n
  },

  async setCibaUserCode(uid, hash, now) {
    await engine.statement((db) =>
      account(db, tenant, uid).set({ ciba_user_code_hash: hash, updated_at: now }).execute(),
    )
  },

  disable: (uid, now) =>
    engine.transaction(async (db) => {
      const { numUpdatedRows } = await account(db, tenant, uid)
        .set((each) => ({
          disabled_at: each.fn.coalesce('disabled_at', each.cast<number>(each.val(now), 'bigint')),
          updated_at: now,
        }))
        .executeTakeFirst()
      await endIssuedTo(db, tenant, uid, now)
      return numUpdatedRows > 0n
    }),

  async enable(uid, now) {
    const { numUpdatedRows } = await engine.statement((db) =>
      account(db, tenant, uid)
        .set({ disabled_at: null, updated_at: now })
        // Who was removed from the configuration has no name to come back with.
        .where((each) =>
          each.exists(
            each
              .selectFrom('user_login')
              .select('login')
              .where('tenant', '=', tenant)
              .where('user_uid', '=', uid),
          ),
        )
        .executeTakeFirst(),
    )
    return numUpdatedRows > 0n
  },

  revokeAll: (uid, now) => engine.transaction((db) => endIssuedTo(db, tenant, uid, now)),
})

/** Sessions and authorizations, offline ones too; enabling the user again brings none of them back. */
export async function endIssuedTo(
  db: Db,
  tenant: string,
  userUid: string,
  now: EpochSeconds,
): Promise<Ended> {
  const { count, visited } = await endSessions(db, tenant, { userUid }, now)
  const revoked = await db
    .updateTable('authorization')
    .set({ revoked_at: now })
    .where('tenant', '=', tenant)
    .where('user_uid', '=', userUid)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return { sessions: count, visited, authorizations: Number(revoked.numUpdatedRows) }
}

type Logins = SelectQueryBuilder<Tables, 'user_login', Selectable<Tables['user_login']>>

/** What the logins are chosen by is inside, as with `lookup`. */
const named = (db: Db, choose: (logins: Logins) => Logins) =>
  db
    .selectFrom(choose(db.selectFrom('user_login').selectAll()).as('user_login'))
    .innerJoin('user_account as person', (join) =>
      join
        .onRef('person.tenant', '=', 'user_login.tenant')
        .onRef('person.uid', '=', 'user_login.user_uid'),
    )
    .selectAll('person')

const userNamed = compiled(
  (db, { tenant, login }: { readonly tenant: string; readonly login: string }) =>
    named(db, (logins) =>
      logins.where('tenant', '=', tenant).where('login', '=', login).limit(sql.lit(1)),
    ),
)

const account = (db: Db, tenant: string, uid: string) =>
  db.updateTable('user_account').where('tenant', '=', tenant).where('uid', '=', uid)
