import { makePlan, type Plan } from '../../deploy/plan.ts'
import { databaseUrl, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { planBody, planText } from '../plan-text.ts'
import { readProject } from '../project.ts'
import { wantedBy } from '../wanted.ts'

/** Shows what `apply` would change and changes nothing, not even by creating a database. */
export async function plan(
  invocation: Invocation,
  flags: { readonly detailedExitcode?: boolean },
): Promise<Outcome> {
  const project = await readProject(invocation)
  const wanted = await wantedBy(invocation, project)
  const url = databaseUrl(invocation, project)
  const made = await withDatabase(invocation, url, { schema: 'inspect' }, async ({ config }) =>
    makePlan(wanted, await config.live(), (await config.meta()).pepper),
  )
  return planOutcome(invocation, made, flags.detailedExitcode === true)
}

export const planOutcome = ({ paint }: Invocation, made: Plan, isDetailed: boolean): Outcome => ({
  exit: isDetailed && made.changes.length > 0 ? EXIT.changes : EXIT.ok,
  kind: 'Plan',
  body: planBody(made),
  text: planText(made, paint.out),
})
