import type { Db } from '../tables.ts'

const OF_TENANT = [
  'user_account',
  'user_login',
  'attempt',
  'known_browser',
  'consent',
  'pairwise_subject',
  'api_token',
  'secret_use',
  'asking_application',
] as const
const OF_APPLICATION = ['consent', 'secret_use', 'asking_application'] as const
const OF_USER = ['attempt', 'known_browser', 'consent', 'pairwise_subject'] as const

/** Takes away what nobody would find again and what has no end of its own; the rest is purged when it ends. */
export async function forgetRuntime(db: Db, uids: readonly string[]): Promise<void> {
  // A key that leaked is known for ever: nobody is to bring it along again.
  await db
    .deleteFrom('signing_key')
    .where('tenant', 'in', uids)
    .where('state', '!=', 'compromised')
    .execute()
  for (const table of OF_TENANT) await db.deleteFrom(table).where('tenant', 'in', uids).execute()
  for (const table of OF_APPLICATION)
    await db.deleteFrom(table).where('application_uid', 'in', uids).execute()
  for (const table of OF_USER) await db.deleteFrom(table).where('user_uid', 'in', uids).execute()
  await db.deleteFrom('user_account').where('uid', 'in', uids).execute()
}
