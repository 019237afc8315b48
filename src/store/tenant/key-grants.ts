import { type ExpressionBuilder, sql } from 'kysely'
import { keysSince } from '../../base/id.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { IssuedFor, IssuedUnder } from '../port.ts'
import type { Db, Tables } from '../tables.ts'

/** Ends at most so many grants. Answers how many; an authorization is found dead by all that came of it. */
export async function endIssued(
  db: Db,
  tenant: string,
  issued: IssuedUnder,
  now: EpochSeconds,
): Promise<number> {
  const live = db
    .selectFrom('authorization')
    .select('uid')
    .where('tenant', '=', tenant)
    .where('revoked_at', 'is', null)
    .where((each) => ofKey(each, tenant, issued))
    .limit(issued.limit)
  const ended = await db
    .updateTable('authorization')
    .set({ revoked_at: now })
    .where('tenant', '=', tenant)
    .where('revoked_at', 'is', null)
    .where('uid', 'in', live)
    .executeTakeFirst()
  return Number(ended.numUpdatedRows)
}

/**
 * A grant whose code waits has no token yet, and will get one. Access tokens are removed when they are over;
 * of those of then, the refresh tokens tell that came with them or were used, but not for which API.
 */
function ofKey(
  each: ExpressionBuilder<Tables, 'authorization'>,
  tenant: string,
  { from, until, to }: IssuedUnder,
) {
  const tokens = each
    .selectFrom('access_token')
    .select('authorization_uid')
    .where('access_token.tenant', '=', tenant)
    .where('access_token.key', '>=', keysSince(from))
    .where('access_token.key', '<', keysSince(until))
    .where('authorization_uid', 'is not', null)
  const refreshed = each
    .selectFrom('refresh_token')
    .select('authorization_uid')
    .where('refresh_token.tenant', '=', tenant)
    .where('refresh_token.key', '<', keysSince(until))
    .where((token) => token.or([token('key', '>=', keysSince(from)), token('used_at', '>=', from)]))
  if ('audiences' in to) {
    const jwts = tokens.where('format', '=', 'jwt').where('audience', 'in', to.audiences)
    return each.or([
      each('uid', 'in', jwts),
      each.and([each.or(to.audiences.map(isAllowed)), each('uid', 'in', refreshed)]),
    ])
  }
  return each.and([
    each('application_uid', 'in', to.applications),
    each.or([
      each.and([each('created_at', '>=', from), each('created_at', '<', until)]),
      each('uid', 'in', tokens),
      each('uid', 'in', refreshed),
    ]),
  ])
}

/** Whether it is among the resources, which are a JSON array: both databases know how to replace. */
const isAllowed = (audience: string) =>
  sql<boolean>`replace("authorization".resources, ${JSON.stringify(audience)}, '') <> "authorization".resources`

export async function countAlive(
  db: Db,
  tenant: string,
  { from, until, audiences, limit }: IssuedFor,
  now: EpochSeconds,
): Promise<number> {
  const alive = db
    .selectFrom('access_token')
    .select('key')
    .where('tenant', '=', tenant)
    .where('key', '>=', keysSince(from))
    .where('key', '<', keysSince(until))
    .where('format', '=', 'jwt')
    .where('audience', 'in', audiences)
    .where('expires_at', '>', now)
    .where('revoked_at', 'is', null)
    .limit(limit)
  const { count } = await db
    .selectFrom(alive.as('alive'))
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
