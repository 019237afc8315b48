import { type Change, isExecuted } from './change.ts'
import type { Placed } from './moves.ts'

/** A tenant does not go before all that is in it: nobody would serve that, or find it again. */
export function withOrphans(
  changes: readonly Change[],
  placed: readonly Placed[],
): readonly Change[] {
  const leaving = new Set(changes.filter(isLeaving).map(({ address }) => address))
  if (leaving.size === 0) return changes
  const staying = Map.groupBy(
    placed.filter(({ address }) => !leaving.has(address)),
    ({ tenant }) => tenant,
  )
  return changes.map((change) => {
    const [kind, name = ''] = change.address.split('/')
    const left = kind === 'Tenant' && isLeaving(change) ? staying.get(name) : undefined
    if (left === undefined || change.blocked !== undefined) return change
    const named = left.slice(0, NAMED).map(({ address }) => address)
    const others = left.length > NAMED ? [`${left.length - NAMED} more`] : []
    const reason = `in it would stay: ${[...named, ...others].join(', ')}`
    return { ...change, blocked: 'orphaned', reasons: [...change.reasons, reason] }
  })
}

const NAMED = 5

const isLeaving = (change: Change): boolean => change.action === 'delete' && isExecuted(change)
