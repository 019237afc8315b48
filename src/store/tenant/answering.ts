import type { EpochSeconds } from '../../base/time.ts'
import { type Chain, chained, type Won } from '../chain.ts'
import type { Engine } from '../engine.ts'
import type { Allowed, InteractionKey, NewCode } from '../port.ts'
import type { AuthorizationRow, CodeRow } from '../rows/tokens.ts'
import type { Db } from '../tables.ts'
import {
  authorizationInsertion,
  authorizationRow,
  type Held,
  holdSession,
  participationOf,
  sessionHeld,
} from './authorization-rows.ts'
import { codeInsertion, codeRow } from './codes.ts'
import { type Participation, participating, sidMade } from './session-clients.ts'

/** What is answered: in single sign-on there is no interaction. */
interface Asked {
  readonly digest: string | undefined
  readonly pushedKey: Buffer | undefined
}

interface Yes extends Asked {
  readonly allowed: Allowed
  readonly code: NewCode
  readonly now: EpochSeconds
}

/**
 * Saves what a person allows in a session, and its code. False where the session has ended, or what is answered was
 * answered before. The session comes first: whoever ends it waits, and then finds what was saved.
 */
export async function allow(
  engine: Engine,
  tenant: string,
  { allowed, code, now, ...asked }: Yes,
): Promise<boolean> {
  const won = await engine.chain(SAVING[kindOf(asked)], {
    of: answered(tenant, asked, now),
    held: sessionHeld(tenant, allowed),
    participation: participationOf(tenant, allowed),
    authorization: authorizationRow(tenant, allowed, code.expiresAt),
    code: codeRow(tenant, allowed.uid, code),
  })
  return won.length > 0
}

/** The same for a no. */
export async function refuse(
  engine: Engine,
  tenant: string,
  key: InteractionKey,
  now: EpochSeconds,
): Promise<boolean> {
  const chain = key.pushedKey === undefined ? REFUSING.shown : REFUSING.both
  const won = await engine.chain(chain, { of: answered(tenant, key, now) })
  return won.length > 0
}

type Kind = 'neither' | 'pushed' | 'shown' | 'both'

function kindOf({ digest, pushedKey }: Asked): Kind {
  if (digest === undefined) return pushedKey === undefined ? 'neither' : 'pushed'
  return pushedKey === undefined ? 'shown' : 'both'
}

interface Answering {
  /** What the chain has no use for is null, and equals nothing. */
  readonly of: {
    readonly tenant: string
    readonly now: EpochSeconds
    readonly digest: string | null
    readonly pushedKey: Buffer | null
  }
}

const answered = (
  tenant: string,
  { digest, pushedKey }: Asked,
  now: EpochSeconds,
): Answering['of'] => ({ tenant, now, digest: digest ?? null, pushedKey: pushedKey ?? null })

/** A row can stop being unconsumed only once, so one authorization is completed with it. */
const consumePushed = (db: Db, { of: { tenant, pushedKey, now } }: Answering, won: Won) =>
  db
    .updateTable('pushed_request')
    .set({ consumed_at: now })
    .where('tenant', '=', tenant)
    .where('key', '=', pushedKey)
    .where('consumed_at', 'is', null)
    .where(won.isThere)
    .returning('key')

/** A row can stop being open only once, so one caller is told so. */
const close = (db: Db, { of: { tenant, digest, now } }: Answering, won: Won) =>
  db
    .updateTable('interaction')
    .set({ completed_at: now })
    .where('tenant', '=', tenant)
    .where('digest', '=', digest)
    .where('completed_at', 'is', null)
    .where('expires_at', '>', now)
    .where(won.isThere)
    .returning('digest')

const closeOwn = (db: Db, answering: Answering, won: Won) =>
  close(db, answering, won).where('pushed_key', 'is', null)

const closePushed = (db: Db, answering: Answering, won: Won) =>
  close(db, answering, won).where('pushed_key', '=', answering.of.pushedKey)

interface Saving extends Answering {
  readonly held: Held
  readonly participation: Participation
  readonly authorization: AuthorizationRow
  readonly code: CodeRow
}

const hold = (db: Db, { held }: Saving) => holdSession(db, held)

const PARTICIPATING = 0
const STEPS = [
  (db: Db, { participation }: Saving, won: Won) => participating(db, participation, won),
  (db: Db, { participation, authorization }: Saving, won: Won) =>
    authorizationInsertion(db, authorization, won, sidMade(db, participation, won, PARTICIPATING)),
  (db: Db, { code }: Saving, won: Won) => codeInsertion(db, code, won),
] as const

/** A pushed request is used up before its interaction is closed, which stays as it was when another was faster. */
const SAVING: Readonly<Record<Kind, Chain<Saving, object>>> = {
  neither: chained([hold], STEPS),
  pushed: chained([hold, consumePushed], STEPS),
  shown: chained([hold, closeOwn], STEPS),
  both: chained([hold, consumePushed, closePushed], STEPS),
}

const REFUSING = {
  shown: chained([closeOwn]),
  both: chained([consumePushed, closePushed]),
}
