import type { EpochSeconds } from '../../base/time.ts'
import type { ConfigTransaction, DeclaredUser } from '../config-port.ts'
import type { Db } from '../tables.ts'
import { takeLogins } from '../tenant/logins.ts'
import { rowOf } from '../tenant/user-rows.ts'
import { endIssuedTo } from '../tenant/users.ts'

/** The runtime rows of declared users. */
export const userChanges = (db: Db): Pick<ConfigTransaction, 'putUsers'> => ({
  async putUsers(users, now) {
    const named = await releaseAll(db, users)
    for (const user of users) {
      if (!(await takeLogins(db, user.tenantUid, user))) return user
      await putUser(db, user, now)
      if (!named.has(user.uid)) await revive(db, user)
    }
    return undefined
  },
})

/** They may not sign in and their names are free; uid, sub and history stay. */
export async function buryUsers(db: Db, uids: readonly string[], now: EpochSeconds): Promise<void> {
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
