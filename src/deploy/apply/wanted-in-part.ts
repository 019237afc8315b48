import { compareText } from '../../base/compare.ts'
import { addressOf, type DesiredObject, type DesiredState } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import { specHash } from '../plan/digests.ts'
import type { PlanOptions } from '../plan/planning.ts'
import type { Plan } from '../plan.ts'

/** Before the part is applied. */
interface Known {
  /** By the last apply. */
  readonly wanted: DesiredState | undefined
  readonly live: readonly ConfigObject[]
}

/** What is wanted of the whole once a part of it is applied: of the rest, what was wanted before. */
export function wantedInPart(
  desired: DesiredState,
  known: Known,
  plan: Pick<Plan, 'changes' | 'owner'>,
  isTarget: NonNullable<PlanOptions['isTarget']>,
): DesiredState {
  const { wanted: before } = known
  const moved = new Set(plan.changes.map(({ movedFrom }) => movedFrom))
  const part = desired.objects.filter((each) => isTarget(addressOf(each)))
  const rest = [...(before?.objects ?? []), ...adopted(desired, known, plan)].filter((each) => {
    const address = addressOf(each)
    return !isTarget(address) && !moved.has(address)
  })
  const { moved: moves, removed, adopt } = desired.refactor
  return {
    ...desired,
    policy: part.some(({ kind }) => kind === 'Project')
      ? desired.policy
      : (before?.policy ?? desired.policy),
    refactor: {
      moved: moves.filter(({ to }) => isTarget(to)),
      removed: removed.filter(({ ref }) => isTarget(ref)),
      adopt: adopt.filter(({ ref }) => isTarget(ref)),
    },
    objects: [...part, ...rest].sort((left, right) =>
      compareText(addressOf(left), addressOf(right)),
    ),
  }
}

/** Taken over since the last apply, and as the documents have them. */
function adopted(
  { objects }: DesiredState,
  { wanted, live }: Known,
  { owner }: Pick<Plan, 'owner'>,
): readonly DesiredObject[] {
  const before = new Set(wanted?.objects.map(addressOf))
  const own = new Map(
    live.filter((each) => each.owner === owner).map((each) => [addressOf(each), each.specHash]),
  )
  return objects.filter((each) => {
    const address = addressOf(each)
    return !before.has(address) && own.get(address) === specHash(each.spec)
  })
}
