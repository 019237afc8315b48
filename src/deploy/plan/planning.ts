import type { DesiredObject, DesiredState, Place } from '../../config/desired-state.ts'
import type { Resolution } from '../../config/secrets.ts'
import { gravest, isGraver } from '../../model/risk.ts'
import type { StoredSecret, Tombstone } from '../../store/config-port.ts'
import type { Keeping } from '../secrets.ts'
import type { Change } from './change.ts'

/** What the caller says of this plan, over what the project says of all. */
export interface PlanOptions {
  readonly prune?: boolean
  /** Of what left the documents, only what it says yes to is pruned, by uid. */
  readonly mayPrune?: (uid: string) => boolean
  readonly onDrift?: 'revert' | 'fail' | 'keep'
  readonly maxDeletes?: number
  /** Only what it says yes to is planned. */
  readonly isTarget?: (address: string) => boolean
}

/** What every part of planning looks at. */
export interface Planning {
  readonly owner: string
  readonly desired: DesiredState
  readonly hashes: ReadonlyMap<string, string>
  readonly keeping: Keeping
  readonly options: PlanOptions
  readonly wanted: Resolution['secrets']
  /** By address: what this owner deleted last under it. */
  readonly tombstones: ReadonlyMap<string, Tombstone>
  readonly stored: ReadonlyMap<string, readonly StoredSecret[]>
}

export const placeOf = ({ at }: DesiredObject): Place => ({ file: at.file, line: at.line })

export const bare = (action: Change['action'], address: string, origin: Place): Change => ({
  action,
  address,
  fields: [],
  secrets: [],
  risk: 'safe',
  reasons: [],
  origin,
})

export const graver = (change: Change, reason: string): Change => ({
  ...change,
  risk: gravest([change.risk, 'caution']),
  reasons: [...change.reasons, reason],
})

/** What the project takes at most, whoever approves. */
export function ceiling(change: Change, { desired }: Planning): Change {
  const isOver = isGraver(change.risk, desired.policy.guards.maxRisk)
  if (!isOver || change.blocked !== undefined || change.pending !== undefined) return change
  return { ...change, blocked: 'risk' }
}
