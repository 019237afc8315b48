import type { EpochSeconds } from '../../base/time.ts'
import { CIBA_PING } from '../../model/delivery.ts'
import type { Engine } from '../engine.ts'
import type {
  BackchannelRecord,
  BackchannelRequest,
  BackchannelRequests,
  Decision,
  NewBackchannelRequest,
} from '../port.ts'
import type { BackchannelRequestRow } from '../rows/backchannel-requests.ts'
import type { Db } from '../tables.ts'
import { findAuthorization, inSession, insertAuthorization } from './authorization-rows.ts'
import { type BackchannelLinks, backchannelLinks } from './backchannel-links.ts'
import { insertTokens } from './codes.ts'
import { insertDeliveries } from './deliveries.ts'
import { hasRoom } from './pending.ts'

/** CIBA §11: what a poll that comes too early costs. */
const SLOW_DOWN = 5

export const backchannelRequests = (engine: Engine, tenant: string): BackchannelRequests => ({
  ...beginning(engine, tenant),
  ...ending(engine, tenant),
  ...pinging(engine, tenant),
  ...backchannelLinks(engine, tenant),
})

type Ending = Pick<BackchannelRequests, 'decide' | 'redeem'>
type Pinging = Pick<BackchannelRequests, 'findPing' | 'forgetPing'>

type Beginning = Omit<BackchannelRequests, keyof (Ending & Pinging & BackchannelLinks)>

const beginning = (engine: Engine, tenant: string): Beginning => ({
  begin: (request, limits, notices = []) =>
    engine.transaction(async (db) => {
      if (!(await lockPerson(db, tenant, request.userUid))) return 'nobody'
      if (!(await hasRoom(db, tenant, request, limits))) return 'too-many'
      await db.insertInto('backchannel_request').values(rowOf(tenant, request)).execute()
      await insertDeliveries(db, tenant, notices, request.createdAt)
      return 'begun'
    }),

  find: (key) => engine.read((db) => findRequest(db, tenant, key)),

  async poll(key, now) {
    if (await engine.statement((db) => pollInTime(db, tenant, key, now))) return 'in-time'
    await engine.statement((db) => slowDown(db, tenant, key, now))
    return 'too-early'
  },

  async findPending(uid, now) {
    const row = await engine.read((db) =>
      undecided(db, tenant, now).where('uid', '=', uid).executeTakeFirst(),
    )
    return row === undefined ? undefined : requestOf(row)
  },

  async pendingFor(userUid, now) {
    const rows = await engine.read((db) =>
      undecided(db, tenant, now).where('user_uid', '=', userUid).orderBy('key').execute(),
    )
    return rows.map(requestOf)
  },
})

interface At {
  readonly tenant: string
  readonly uid: string
  readonly now: EpochSeconds
}

interface Answer extends Decision {
  readonly authorizationUid: string | undefined
}

/** A row can stop being undecided only once, so one caller gets it back. */
const answered = (db: Db, { tenant, uid, now }: At, answer: Answer) =>
  db
    .updateTable('backchannel_request')
    .set({
      decided_at: now,
      decided_from: answer.address ?? null,
      decided_with: answer.userAgent ?? null,
      authorization_uid: answer.authorizationUid ?? null,
    })
    .where('tenant', '=', tenant)
    .where('uid', '=', uid)
    .where('user_uid', '=', answer.userUid)
    .where('decided_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['application_uid', 'sealed_ping', 'expires_at'])
    .executeTakeFirst()

const ending = (engine: Engine, tenant: string): Ending => ({
  decide: (uid, decision, allowed, now) =>
    engine.transaction(async (db) => {
      // Who denies stores none.
      const authorization = allowed && (await inSession(db, tenant, allowed))
      if (allowed !== undefined && authorization === undefined) return false
      const answer = { ...decision, authorizationUid: authorization?.uid }
      const won = await answered(db, { tenant, uid, now }, answer)
      if (won === undefined) return false
      await enqueuePing(db, tenant, uid, won, now)
      if (authorization !== undefined)
        await insertAuthorization(db, tenant, authorization, won.expires_at)
      return true
    }),

  redeem: (key, bought, now) =>
    engine.transaction(async (db) => {
      const won = await db
        .updateTable('backchannel_request')
        .set({ consumed_at: now })
        .where('tenant', '=', tenant)
        .where('key', '=', key)
        .where('authorization_uid', 'is not', null)
        .where('consumed_at', 'is', null)
        .where('expires_at', '>', now)
        .returning('uid')
        .executeTakeFirst()
      if (won === undefined) return false
      await insertTokens(db, tenant, bought)
      return true
    }),
})

async function enqueuePing(
  db: Db,
  tenant: string,
  uid: string,
  decided: { readonly application_uid: string; readonly sealed_ping: string | null },
  now: EpochSeconds,
): Promise<void> {
  if (decided.sealed_ping === null) return
  const ping = { id: `ping-${uid}`, kind: CIBA_PING, payload: { request: uid } }
  await insertDeliveries(db, tenant, [{ ...ping, applicationUid: decided.application_uid }], now)
}

const pinging = (engine: Engine, tenant: string): Pinging => ({
  async findPing(uid) {
    const row = await engine.read((db) =>
      db
        .selectFrom('backchannel_request')
        .select(['sealed_ping', 'expires_at'])
        .where('tenant', '=', tenant)
        .where('uid', '=', uid)
        .executeTakeFirst(),
    )
    if (row === undefined || row.sealed_ping === null) return undefined
    return { sealedPing: row.sealed_ping, expiresAt: row.expires_at }
  },

  async forgetPing(uid) {
    await engine.statement((db) =>
      db
        .updateTable('backchannel_request')
        .set({ sealed_ping: null })
        .where('tenant', '=', tenant)
        .where('uid', '=', uid)
        .execute(),
    )
  },
})

const undecided = (db: Db, tenant: string, now: EpochSeconds) =>
  db
    .selectFrom('backchannel_request')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('decided_at', 'is', null)
    .where('expires_at', '>', now)

/** The update changes nothing: it makes requests to one person wait for each other. */
async function lockPerson(db: Db, tenant: string, uid: string): Promise<boolean> {
  const locked = await db
    .updateTable('user_account')
    .set({ disabled_at: null })
    .where('tenant', '=', tenant)
    .where('uid', '=', uid)
    .where('disabled_at', 'is', null)
    .returning('uid')
    .executeTakeFirst()
  return locked !== undefined
}

async function pollInTime(db: Db, tenant: string, key: Buffer, now: EpochSeconds) {
  const counted = await db
    .updateTable('backchannel_request')
    .set((each) => ({
      poll_after: each('poll_interval', '+', each.cast<number>(each.val(now), 'bigint')),
    }))
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('poll_after', '<=', now)
    .returning('uid')
    .executeTakeFirst()
  return counted !== undefined
}

const slowDown = (db: Db, tenant: string, key: Buffer, now: EpochSeconds) =>
  db
    .updateTable('backchannel_request')
    .set((each) => ({
      poll_interval: each('poll_interval', '+', SLOW_DOWN),
      poll_after: each(
        'poll_interval',
        '+',
        each.cast<number>(each.val(now + SLOW_DOWN), 'bigint'),
      ),
    }))
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .execute()

async function findRequest(
  db: Db,
  tenant: string,
  key: Buffer,
): Promise<BackchannelRecord | undefined> {
  const row = await db
    .selectFrom('backchannel_request')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { authorization_uid: authorizationUid } = row
  return {
    ...requestOf(row),
    decidedAt: row.decided_at ?? undefined,
    consumedAt: row.consumed_at ?? undefined,
    authorization:
      authorizationUid === null ? undefined : await findAuthorization(db, tenant, authorizationUid),
  }
}

const rowOf = (tenant: string, request: NewBackchannelRequest): BackchannelRequestRow => ({
  tenant,
  key: request.key,
  uid: request.uid,
  application_uid: request.applicationUid,
  user_uid: request.userUid,
  scopes: JSON.stringify(request.scopes),
  resources: JSON.stringify(request.resources),
  binding_message: request.bindingMessage ?? null,
  created_at: request.createdAt,
  expires_at: request.expiresAt,
  poll_interval: request.interval,
  poll_after: request.createdAt,
  decided_at: null,
  decided_from: null,
  decided_with: null,
  authorization_uid: null,
  consumed_at: null,
  sealed_ping: request.sealedPing ?? null,
})

const requestOf = (row: BackchannelRequestRow): BackchannelRequest => ({
  uid: row.uid,
  applicationUid: row.application_uid,
  userUid: row.user_uid,
  scopes: JSON.parse(row.scopes),
  resources: JSON.parse(row.resources),
  bindingMessage: row.binding_message ?? undefined,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})
