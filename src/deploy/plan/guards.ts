import type { ChangePolicy, DesiredState } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import type { Change } from './change.ts'

/** A limit that the plan goes beyond, so that `apply` refuses it. */
export interface Breach {
  readonly guard: 'maxDeletes' | 'maxDeletePercent' | 'allowEmpty'
  readonly limit: number
  readonly actual: number
}

export interface Guarded {
  readonly desired: DesiredState
  readonly own: readonly ConfigObject[]
  readonly changes: readonly Change[]
  /** By their addresses: those that the documents name as deleted are meant. */
  readonly meant: ReadonlySet<string>
  /** Instead of the project's limits. */
  readonly maxDeletes: number | undefined
}

/** Absence alone is a poor reason to delete: a file may have been lost, or a pattern misspelt. */
export function breaches({ desired, own, changes, meant, maxDeletes }: Guarded): Breach[] {
  const deletes = changes.filter(
    ({ action, pending, address }) =>
      action === 'delete' && pending === undefined && !meant.has(address),
  ).length
  if (deletes === 0) return []
  if (maxDeletes !== undefined) return exceeding('maxDeletes', maxDeletes, deletes)
  const { guards } = desired.policy
  return [
    ...(guards.allowEmpty ? [] : emptied(desired, own)),
    ...exceeding('maxDeletes', guards.maxDeletes, deletes),
    ...exceeding('maxDeletePercent', guards.maxDeletePercent, percent(deletes, own.length)),
  ]
}

const percent = (part: number, whole: number): number => Math.ceil((part / whole) * 100)

const exceeding = (
  guard: Exclude<keyof ChangePolicy['guards'], 'maxRisk' | 'allowEmpty'>,
  limit: number,
  actual: number,
): Breach[] => (actual > limit ? [{ guard, limit, actual }] : [])

function emptied(desired: DesiredState, own: readonly ConfigObject[]): Breach[] {
  const had = own.filter(({ kind }) => kind === 'Tenant').length
  if (had === 0 || desired.objects.some(({ kind }) => kind === 'Tenant')) return []
  return [{ guard: 'allowEmpty', limit: 0, actual: had }]
}
