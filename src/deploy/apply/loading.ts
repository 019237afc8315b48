import { type EpochMilliseconds, toSeconds } from '../../base/time.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { LiveChanges, LiveState } from '../../store/config-port.ts'
import { withOverrides } from '../override/in-force.ts'
import { recompile } from '../recompile.ts'
import { Refusal } from '../refusal.ts'
import { compile } from '../snapshot.ts'

/** What servers make of a state. */
export interface Loaded {
  readonly live: LiveState
  readonly snapshot: Snapshot
}

/** To be asked before the lock is taken: within it, only the tenants that change are left. */
export function loaded(live: LiveState): Loaded | undefined {
  try {
    return { live, snapshot: compile(live) }
  } catch {
    // Nothing was applied yet, or what is to be applied mends it.
    return undefined
  }
}

/** What a server would refuse is never committed. */
export function checkLoads(
  after: LiveState,
  changes: LiveChanges,
  before: Loaded | undefined,
  refusal: (message: string, options: ErrorOptions) => Refusal,
): void {
  try {
    const found = before && recompile(before, changes)
    if (found === undefined) compile(after)
  } catch (cause) {
    throw refusal(`a server could not load the new state: ${why(cause)}`, { cause })
  }
}

/** They stay in force, so servers must be able to load what they make of the new state. */
export function checkOverrides(after: LiveState, nowMs: EpochMilliseconds): void {
  const inForce = withOverrides(after, toSeconds(nowMs))
  if (inForce === after) return
  try {
    compile(inForce)
  } catch (cause) {
    throw new Refusal(
      'override',
      `an override in force does not fit the documents: ${why(cause)}`,
      { cause },
    )
  }
}

const why = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
