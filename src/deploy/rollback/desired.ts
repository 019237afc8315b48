import { addressOf, type DesiredState } from '../../config/desired-state.ts'
import type { Risk } from '../../model/risk.ts'
import type { AuditEntry, LiveState } from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'
import { unpackSource } from '../source.ts'
import { addressesBefore, checkFree, movesBack } from './names.ts'

/** What was wanted then. */
export function unpacked(packed: Buffer, revision: number): DesiredState {
  try {
    return unpackSource(packed)
  } catch (cause) {
    throw new Refusal('source-broken', `what revision ${revision} wanted cannot be read`, { cause })
  }
}

/**
 * What was wanted then, of the objects that are there now, whatever they are called since. Whose plans
 * are taken stays as it is, and so does what belongs to another project by now: going back needs no signature.
 */
export function wantedAgain(
  then: DesiredState,
  live: LiveState,
  since: readonly AuditEntry[],
): DesiredState {
  const moves = movesBack(live, addressesBefore(since), `git:${then.project.id}`)
  checkFree(live, moves)
  const renamed = new Set(moves.map(({ from }) => from))
  const owned = new Set(live.objects.filter(({ owner }) => owner !== '').map(addressOf))
  return {
    ...then,
    objects: withSignersOf(live, then),
    refactor: {
      ...then.refactor,
      adopt: then.refactor.adopt.filter(({ ref }) => !owned.has(ref)),
      moved: [...then.refactor.moved.filter(({ from }) => !renamed.has(from)), ...moves],
    },
  }
}

function withSignersOf({ objects }: LiveState, then: DesiredState): DesiredState['objects'] {
  const now = objects.find(
    ({ kind, owner }) => kind === 'Project' && owner === `git:${then.project.id}`,
  )
  if (now === undefined) return then.objects
  const { signedPlans } = now.spec
  return then.objects.map((object) => {
    if (object.kind !== 'Project') return object
    const { signedPlans: _then, ...spec } = object.spec
    return { ...object, spec: signedPlans === undefined ? spec : { ...spec, signedPlans } }
  })
}

/** Those that were not there then. Of what waited to be pruned, and of what was taken over since, nothing goes. */
export function madeSince(newestFirst: readonly AuditEntry[]): ReadonlySet<string> {
  const first = new Map<string, string>()
  for (const { objectUid, action } of newestFirst)
    if (objectUid !== undefined && BEGINS_OR_ENDS.has(action)) first.set(objectUid, action)
  return new Set([...first].filter(([, action]) => action !== 'delete').map(([uid]) => uid))
}

const BEGINS_OR_ENDS = new Set(['create', 'revive', 'delete'])

export const withMaxRisk = (desired: DesiredState, maxRisk: Risk): DesiredState => ({
  ...desired,
  policy: { ...desired.policy, guards: { ...desired.policy.guards, maxRisk } },
})
