import { addressOf } from '../../config/desired-state.ts'
import type { LiveState } from '../../store/config-port.ts'
import type { Block, Change } from '../plan/change.ts'
import { isExecuted } from '../plan/change.ts'
import { liveDigest } from '../plan/digests.ts'
import type { Breach } from '../plan/guards.ts'
import type { Plan } from '../plan.ts'
import { Refusal } from '../refusal.ts'

/** Throws when policy refuses the plan, whoever approves it. */
export function checkPermitted(plan: Plan): void {
  for (const block of BLOCKS) {
    const blocked = plan.changes.filter((change) => isExecuted(change) && change.blocked === block)
    if (blocked.length > 0)
      throw new Refusal(block, `${sentenceOf(block, blocked)}; nothing was applied`)
  }
  const [breach] = plan.breaches
  if (breach !== undefined) throw new Refusal('guard', `${guardText(breach)}; nothing was applied`)
}

const BLOCKS: readonly Block[] = ['owned', 'protected', 'conflict', 'drift', 'orphaned', 'risk']

function sentenceOf(block: Block, changes: readonly Change[]): string {
  const names = shortened(changes.map(({ address }) => address))
  const [{ risk, reasons, adoptedFrom = '' } = { risk: 'safe' as const, reasons: [] }] = changes
  const are = changes.length === 1 ? 'is' : 'are'
  switch (block) {
    case 'owned':
      return `${names} exists and belongs to ${adoptedFrom === '' ? 'nobody' : adoptedFrom}`
    case 'protected':
      return `${names} ${are} protected, and would be deleted`
    case 'conflict':
      return `${names} ${are} changed in the documents, and behind their back too`
    case 'drift':
      return `${names} ${are} no longer as applied, and the project does not put that back`
    case 'orphaned':
      return `${names} would go, and ${reasons.at(-1)}`
    case 'risk':
      return `${names} would be ${risk}, which is more than guards.maxRisk allows`
  }
}

const SHOWN = 5

const shortened = (names: readonly string[]): string =>
  names.length <= SHOWN
    ? names.join(', ')
    : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`

export function guardText({ guard, limit, actual }: Breach): string {
  switch (guard) {
    case 'maxDeletes':
      return `${actual} objects would be deleted, and the limit is ${limit}`
    case 'maxDeletePercent':
      return `${actual} % of the project's objects would be deleted, and the limit is ${limit} %`
    case 'allowEmpty':
      return `the documents hold no tenant any more, and ${actual} would be deleted`
  }
}

/** Throws when what is live is no longer what the plan was made from. */
export function checkBase(plan: Plan, live: LiveState): void {
  checkOthers(plan, live)
  if (liveDigest(live.objects, plan.owner) === plan.baseDigest) return
  const moved = live.objects
    .filter(({ owner, revision }) => owner === plan.owner && revision > plan.baseRevision)
    .map(addressOf)
  const what =
    moved.length === 0 ? 'something has changed since' : `since then changed: ${shortened(moved)}`
  throw new Refusal(
    'stale',
    `the plan was made from revision ${plan.baseRevision}, and revision ${live.revision} is live; ${what}`,
  )
}

/** What others have at the addresses that are made or taken over is not in the digest of our own. */
function checkOthers({ changes, owner, baseRevision }: Plan, live: LiveState): void {
  const arriving = changes.filter(
    (change) =>
      isExecuted(change) && (ARRIVALS.has(change.action) || change.adoptedFrom !== undefined),
  )
  if (arriving.length === 0) return
  const others = new Map(
    live.objects.filter((each) => each.owner !== owner).map((each) => [addressOf(each), each]),
  )
  for (const { address, adoptedFrom } of arriving) {
    const found = others.get(address)
    if (found?.owner === adoptedFrom && (found?.revision ?? 0) <= baseRevision) continue
    throw new Refusal(
      'stale',
      `${address} is no longer what it was when the plan was made: somebody else has changed it`,
    )
  }
}

const ARRIVALS: ReadonlySet<Change['action']> = new Set(['create', 'revive'])
