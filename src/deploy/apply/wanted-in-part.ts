import { compareText } from '../../config/codes.ts'
import { addressOf, type DesiredState } from '../../config/desired-state.ts'
import type { PlanOptions } from '../plan/planning.ts'
import type { Plan } from '../plan.ts'

/** What is wanted of the whole once a part of it is applied: of the rest, what was wanted before. */
export function wantedInPart(
  desired: DesiredState,
  before: DesiredState | undefined,
  { changes }: Pick<Plan, 'changes'>,
  isTarget: NonNullable<PlanOptions['isTarget']>,
): DesiredState {
  const moved = new Set(changes.map(({ movedFrom }) => movedFrom))
  const part = desired.objects.filter((each) => isTarget(addressOf(each)))
  const rest = (before?.objects ?? []).filter((each) => {
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
