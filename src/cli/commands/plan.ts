import { toSeconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import { withLiveUse } from '../../deploy/live-use.ts'
import { isExecuted } from '../../deploy/plan/change.ts'
import { makePlan, type Plan, type Wanted } from '../../deploy/plan.ts'
import { isGraver, type Risk } from '../../model/risk.ts'
import { checkMakeable, type Database, databaseUrl, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { overridesBody, overridesText } from '../override-text.ts'
import { checkTargets, leastRefused, type PlanFlags, planOptions } from '../plan-flags.ts'
import { planMarkdown } from '../plan-markdown.ts'
import { planBody, planText } from '../plan-text.ts'
import { readProject } from '../project.ts'
import { refuseFiles, type SaveFlags, save, savingOf } from '../saved-plan.ts'
import { counted } from '../show-diagnostics.ts'
import { wantedBy } from '../wanted.ts'

/** Shows what `apply` would change and changes nothing, not even by creating a database. */
export async function plan(
  invocation: Invocation,
  flags: SaveFlags & { readonly secrets?: boolean },
): Promise<Outcome> {
  const saving = await savingOf(invocation, flags)
  const project = await readProject(invocation)
  if (saving !== undefined) await refuseFiles(invocation, project)
  const wanted = await wantedBy(invocation, project, flags.secrets !== false)
  const url = databaseUrl(invocation, project)
  checkMakeable(url)
  const opening = { schema: 'inspect' } as const
  const { made, clusterId } = await withDatabase(invocation, url, opening, async (database) => ({
    made: await planAgainst(invocation, database, wanted, flags),
    clusterId: saving === undefined ? '' : (await database.config.meta()).clusterId,
  }))
  checkRisk(made, leastRefused(flags.failOn))
  if (saving !== undefined)
    await save(invocation, { saving, project, plan: made, clusterId, flags })
  return planOutcome(invocation, made, flags.detailedExitcode === true)
}

export async function planAgainst(
  { world, trace }: Invocation,
  { config }: Database,
  wanted: Wanted,
  flags: PlanFlags,
): Promise<Plan> {
  const live = await config.live()
  checkTargets(flags, [...wanted.desired.objects, ...live.objects].map(addressOf))
  const end = trace.begin()
  const made = makePlan(wanted, live, live.meta.pepper, planOptions(flags))
  end(
    () =>
      `plan: ${counted(made.changes.length, 'change')} to ${counted(live.objects.length, 'object')}`,
  )
  return withLiveUse(made, live, config, toSeconds(world.clock.milliseconds()))
}

/** Throws when a change is as grave as that, or graver. */
export function checkRisk({ changes }: Plan, least: Risk | undefined): void {
  if (least === undefined) return
  const found = changes.filter((change) => isExecuted(change) && !isGraver(least, change.risk))
  const [first] = found
  if (first === undefined) return
  throw new Failure(
    EXIT.refused,
    `${found.length} ${found.length === 1 ? 'change is' : 'changes are'} ${least} or graver, for instance ${first.address} (${first.risk}); nothing was applied`,
    'look at tokenidp plan, and leave out --fail-on if it is meant',
  )
}

export function planOutcome(
  { paint, world }: Invocation,
  made: Plan,
  isDetailed: boolean,
): Outcome {
  const now = toSeconds(world.clock.milliseconds())
  return {
    exit: isDetailed && made.changes.length > 0 ? EXIT.changes : EXIT.ok,
    kind: 'Plan',
    body: { ...planBody(made), overrides: overridesBody(made.overrides, now) },
    text: `${planText(made, paint.out)}${overridesText(made.overrides, now)}`,
    markdown: planMarkdown(made, 'Plan'),
  }
}
