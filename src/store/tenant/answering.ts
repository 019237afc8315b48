import type { EpochSeconds } from '../../base/time.ts'
import { type Chain, chained, type Won } from '../chain.ts'
import type { Engine } from '../engine.ts'
import type { Allowed, Answered, NewCode } from '../port.ts'
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

interface Answer {
  readonly to: Partial<Answered>
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
  { to, allowed, code, now }: Answer,
): Promise<boolean> {
  const won = await engine.chain(SAVING[kindOf(to)], {
    of: { tenant, now, digest: to.digest ?? '', key: to.pushedKey ?? null },
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
  to: Answered,
  now: EpochSeconds,
): Promise<boolean> {
  const of = { tenant, now, digest: to.digest, key: to.pushedKey ?? null }
  const won = await engine.chain(to.pushedKey === undefined ? REFUSING.shown : REFUSING.both, {
    of,
  })
  return won.length > 0
}

type Kind = 'neither' | 'pushed' | 'shown' | 'both'

const kindOf = ({ digest, pushedKey }: Partial<Answered>): Kind => {
  if (digest === undefined) return pushedKey === undefined ? 'neither' : 'pushed'
  return pushedKey === undefined ? 'shown' : 'both'
}

interface Answering {
  readonly of: {
    readonly tenant: string
    readonly now: EpochSeconds
    readonly digest: string
    readonly key: Buffer | null
  }
}

/** A row can stop being unconsumed only once, so one authorization is completed with it. */
const consumePushed = (db: Db, { of: { tenant, key, now } }: Answering, won: Won) =>
  db
    .updateTable('pushed_request')
    .set({ consumed_at: now })
    .where('tenant', '=', tenant)
    .where('key', '=', key)
    .where('consumed_at', 'is', null)
    .where(won.isThere)
    .returning('key')

/** A row can stop being open only once, so one caller is told so. */
const closeInteraction = (db: Db, { of: { tenant, digest, now } }: Answering, won: Won) =>
  db
    .updateTable('interaction')
    .set({ completed_at: now })
    .where('tenant', '=', tenant)
    .where('digest', '=', digest)
    .where('completed_at', 'is', null)
    .where('expires_at', '>', now)
    .where(won.isThere)
    .returning('digest')

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

const SAVING: Readonly<Record<Kind, Chain<Saving, object>>> = {
  neither: chained([hold], STEPS),
  pushed: chained([hold, consumePushed], STEPS),
  shown: chained([hold, closeInteraction], STEPS),
  both: chained([hold, consumePushed, closeInteraction], STEPS),
}

const REFUSING = {
  shown: chained([closeInteraction]),
  both: chained([consumePushed, closeInteraction]),
}
