import { canonicalJson } from '../../base/json.ts'
import { addressOf } from '../../config/desired-state.ts'
import { type Change, isExecuted } from '../plan/change.ts'
import { Refusal } from '../refusal.ts'
import { alreadyThere, digestBefore, type Now } from './already-there.ts'
import type { SavedPlan } from './saved-plan.ts'

/**
 * Throws unless what would be done is what was approved, from the same state, or what is left of it: what
 * somebody has made meanwhile just so is dropped, and answered. States are compared, not databases: one
 * plan is right for all that are alike. Where all of it is done already, nothing is stale.
 */
export function checkCurrent(saved: SavedPlan, now: Now): readonly Change[] {
  if (now.plan.desiredDigest !== saved.desiredDigest)
    throw new Refusal(
      'tampered',
      'the saved plan was changed: it wants something else than it says',
    )
  const made = alreadyThere(saved, now)
  if (!now.plan.changes.some(isExecuted)) return made
  // The rest of a commit after a part of another one would bring back what that one took away.
  const there = (saved.git.commit ?? undefined) === now.lastCommit ? made : []
  const isSameBase =
    now.plan.baseDigest === saved.baseDigest ||
    (there.length > 0 && digestBefore(saved, there, now.live) === saved.baseDigest)
  const moved = differences(without(there, saved.changes), without(there, now.plan.changes))
  if (isSameBase && moved.length === 0) return there
  const text = isSameBase ? 'it would do something else now' : baseText(saved, there, now)
  throw new Refusal('stale', `the saved plan is stale: ${text}${movedText(moved)}`)
}

/** Throws when a plan has become another one since it was made. */
export function checkSame(before: readonly Change[], now: readonly Change[]): void {
  const moved = differences(before, now)
  if (moved.length === 0) return
  throw new Refusal('stale', `somebody else applied meanwhile${movedText(moved)}`)
}

function without(there: readonly Change[], changes: readonly Change[]): readonly Change[] {
  const made = new Set(there.map(({ address }) => address))
  return changes.filter(({ address }) => !made.has(address))
}

function baseText(saved: SavedPlan, there: readonly Change[], { plan, live }: Now): string {
  if (live.meta.clusterId !== saved.clusterId)
    return 'this database is in another state than the one it was made from'
  const made = new Set(there.map(({ address }) => address))
  const since = live.objects
    .filter(({ owner, revision }) => owner === plan.owner && revision > saved.baseRevision)
    .map(addressOf)
    .filter((address) => !made.has(address))
  const what = since.length === 0 ? '' : `; since then changed: ${shortened(since)}`
  return `it was made from revision ${saved.baseRevision}, and revision ${live.revision} is live${what}`
}

const movedText = (moved: readonly string[]): string =>
  moved.length === 0 ? '' : `; ${shortened(moved)}`

const SHOWN = 5

const shortened = (items: readonly string[]): string =>
  items.length <= SHOWN
    ? items.join(', ')
    : `${items.slice(0, SHOWN).join(', ')} and ${items.length - SHOWN} more`

function differences(approved: readonly Change[], found: readonly Change[]): readonly string[] {
  const before = new Map(approved.map((change) => [change.address, essence(change)]))
  const after = new Map(found.map((change) => [change.address, essence(change)]))
  const gone = [...before.keys()].filter((address) => !after.has(address))
  const others = [...after].filter(([address, text]) => before.get(address) !== text)
  return [
    ...others.map(([address]) =>
      before.has(address)
        ? `${address} would change in another way`
        : `${address} would change too`,
    ),
    ...gone.map((address) => `${address} no longer has to change`),
  ]
}

/** What happens, without where it is written and why it matters. */
const essence = (change: Change): string =>
  canonicalJson({
    action: change.action,
    risk: change.risk,
    movedFrom: change.movedFrom ?? null,
    adoptedFrom: change.adoptedFrom ?? null,
    pending: change.pending ?? null,
    blocked: change.blocked ?? null,
    secrets: change.secrets.map(({ id, action }) => ({ id, action })),
    fields: change.fields.map(({ path, before, after, risk, ...field }) => ({
      path,
      risk,
      class: field.class,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    })),
  })
