import type { User } from '../../model/user.ts'
import type { Db } from '../tables.ts'

/** Two spellings that a person takes for one are one. */
export const foldCase = (login: string): string => login.normalize('NFKC').toLowerCase()

/** Takes the names for a user. False when one of them is another's: the caller undoes the whole. */
export async function takeLogins(
  db: Db,
  tenant: string,
  user: Pick<User, 'uid' | 'username' | 'email'>,
): Promise<boolean> {
  const names = new Set([user.username, user.email ?? user.username].map(foldCase))
  const taken = await db
    .insertInto('user_login')
    .values([...names].sort().map((login) => ({ tenant, login, user_uid: user.uid })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('login')
    .execute()
  return taken.length === names.size
}
