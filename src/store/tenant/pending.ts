import type { NewBackchannelRequest, PendingLimits } from '../port.ts'
import type { Db } from '../tables.ts'

/**
 * Whether one more request may wait: nobody's inbox is filled by strangers. Holds the requests of this
 * application until the transaction ends, so that no two count the same room.
 */
export async function hasRoom(
  db: Db,
  tenant: string,
  { applicationUid, userUid, createdAt }: NewBackchannelRequest,
  limits: PendingLimits,
): Promise<boolean> {
  await db
    .insertInto('asking_application')
    .values({ tenant, application_uid: applicationUid, asked_at: createdAt })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'application_uid']).doUpdateSet({ asked_at: createdAt }),
    )
    .execute()
  const pending = () =>
    db
      .selectFrom('backchannel_request')
      .select((each) => each.fn.countAll<number | bigint>().as('count'))
      .where('tenant', '=', tenant)
      .where('decided_at', 'is', null)
      .where('expires_at', '>', createdAt)
  const ofPerson = pending().where('user_uid', '=', userUid)
  const ofApplication = pending().where('application_uid', '=', applicationUid)
  const between = ofPerson.where('application_uid', '=', applicationUid)
  for (const [query, limit] of [
    [ofPerson, limits.ofPerson],
    [between, limits.ofApplicationToPerson],
    [ofApplication, limits.ofApplication],
  ] as const) {
    const { count } = await query.executeTakeFirstOrThrow()
    if (Number(count) >= limit) return false
  }
  return true
}
