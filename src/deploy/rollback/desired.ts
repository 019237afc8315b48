import type { DesiredState } from '../../config/desired-state.ts'
import type { Risk } from '../../model/risk.ts'
import type { AuditEntry, LiveState } from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'
import { unpackSource } from '../source.ts'
import { addressesBefore, movesBack } from './names.ts'

/** What was wanted then. */
export function unpacked(packed: Buffer, revision: number): DesiredState {
  try {
    return unpackSource(packed)
  } catch (cause) {
    throw new Refusal('source-broken', `what revision ${revision} wanted cannot be read`, { cause })
  }
}

/** What was wanted then, of the objects that are there now, whatever they are called since. */
export function wantedAgain(
  then: DesiredState,
  live: LiveState,
  since: readonly AuditEntry[],
): DesiredState {
  const moves = movesBack(live, addressesBefore(since), `git:${then.project.id}`)
  const renamed = new Set(moves.map(({ from }) => from))
  return {
    ...then,
    refactor: {
      ...then.refactor,
      moved: [...then.refactor.moved.filter(({ from }) => !renamed.has(from)), ...moves],
    },
  }
}

export const withMaxRisk = (desired: DesiredState, maxRisk: Risk): DesiredState => ({
  ...desired,
  policy: { ...desired.policy, guards: { ...desired.policy.guards, maxRisk } },
})
