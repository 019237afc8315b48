import { checkPermitted } from '../../deploy/apply/checks.ts'
import { isExecuted } from '../../deploy/plan/change.ts'
import type { Plan, Wanted } from '../../deploy/plan.ts'
import { isGraver } from '../../model/risk.ts'
import { appliedOutcome, carryOut } from '../carry-out.ts'
import { type Database, databaseUrl, prepareLocal, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import { type GitState, gitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { leastRefused, type PlanFlags, planOptions } from '../plan-flags.ts'
import { planText } from '../plan-text.ts'
import { readProject } from '../project.ts'
import { type SecretsOut, secretsOut } from '../secrets-out.ts'
import { checkSealingKey, wantedBy } from '../wanted.ts'
import { checkRisk, plan, planAgainst } from './plan.ts'

export interface ApplyFlags extends PlanFlags {
  readonly autoApprove?: boolean
  readonly confirm?: string
  readonly dryRun?: boolean
  readonly secretsOut?: string
  readonly message?: string
}

/** Makes the database what the documents say, in one transaction. */
export async function apply(invocation: Invocation, flags: ApplyFlags): Promise<Outcome> {
  if (flags.dryRun === true) return plan(invocation, flags)
  checkMayApply(invocation, flags)
  const { directory } = invocation.world
  const out = flags.secretsOut === undefined ? undefined : secretsOut(flags.secretsOut, directory)
  const project = await readProject(invocation)
  const wanted = await wantedBy(invocation, project)
  const git = await gitState(project.root)
  const url = databaseUrl(invocation, project)
  prepareLocal(url, project.root)
  return withDatabase(invocation, url, { schema: 'migrate' }, (database) =>
    planAndApply(invocation, { flags, out, wanted, git, database }),
  )
}

interface Applied {
  readonly flags: ApplyFlags
  readonly out: SecretsOut | undefined
  readonly wanted: Wanted
  readonly git: GitState
  readonly database: Database
}

async function planAndApply(invocation: Invocation, applied: Applied): Promise<Outcome> {
  const { database, wanted, flags, git, out } = applied
  const made = await planAgainst(database, wanted, flags)
  if (!made.changes.some(isExecuted)) return appliedOutcome(invocation, made, made.baseRevision)
  checkPermitted(made)
  await checkSealingKey(wanted, database)
  checkRisk(made, leastRefused(flags.failOn))
  if (flags.autoApprove !== true) await approve(invocation, made, flags.confirm)
  const revision = await carryOut(invocation, {
    plan: made,
    wanted,
    database,
    git,
    out,
    message: flags.message,
    options: planOptions(flags),
  })
  return appliedOutcome(invocation, made, revision)
}

/** Refused before anything is read: nobody is there who could say yes. */
function checkMayApply({ world, global }: Invocation, flags: ApplyFlags): void {
  if (flags.autoApprove === true || flags.confirm !== undefined) return
  if (world.io.isTerminal.in && world.io.isTerminal.err && global.mayAsk) return
  throw new Failure(
    EXIT.usage,
    'apply asks before it changes anything, and there is no terminal to ask on',
    'tokenidp plan, look at it, then tokenidp apply --auto-approve',
  )
}

/** What is grave takes the environment's name to approve, so that it is nobody's habit. */
async function approve(
  { world, paint }: Invocation,
  made: Plan,
  confirmed: string | undefined,
): Promise<void> {
  world.io.err(planText(made, paint.err))
  const isRisky = made.changes.some(
    (change) => isExecuted(change) && isGraver(change.risk, 'security-relaxing'),
  )
  const word = isRisky ? made.environment.name : 'yes'
  const question = `Apply these changes to environment ${made.environment.name}? Type ${word}: `
  if ((confirmed ?? (await world.io.ask(question))).trim() === word) return
  throw new Failure(EXIT.refused, 'not approved; nothing was applied', 'tokenidp apply')
}
