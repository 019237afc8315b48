import { isExecuted } from '../../deploy/plan/change.ts'
import { makePlan, type Plan, type Wanted } from '../../deploy/plan.ts'
import { isGraver, type Risk } from '../../model/risk.ts'
import { type Database, databaseUrl, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { leastRefused, type PlanFlags, planOptions } from '../plan-flags.ts'
import { planBody, planText } from '../plan-text.ts'
import { readProject } from '../project.ts'
import { refuseFiles, type SaveFlags, save, savingOf } from '../saved-plan.ts'
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
  const opening = { schema: 'inspect' } as const
  const { made, clusterId } = await withDatabase(invocation, url, opening, async (database) => ({
    made: await planAgainst(database, wanted, flags),
    clusterId: saving === undefined ? '' : (await database.config.meta()).clusterId,
  }))
  checkRisk(made, leastRefused(flags.failOn))
  if (saving !== undefined)
    await save(invocation, { saving, project, plan: made, clusterId, flags })
  return planOutcome(invocation, made, flags.detailedExitcode === true)
}

export const planAgainst = async (
  { config }: Database,
  wanted: Wanted,
  flags: PlanFlags,
): Promise<Plan> => {
  const live = await config.live()
  return makePlan(wanted, live, live.meta.pepper, planOptions(flags))
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

export const planOutcome = ({ paint }: Invocation, made: Plan, isDetailed: boolean): Outcome => ({
  exit: isDetailed && made.changes.length > 0 ? EXIT.changes : EXIT.ok,
  kind: 'Plan',
  body: planBody(made),
  text: planText(made, paint.out),
})
