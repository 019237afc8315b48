import { checkPermitted } from '../../deploy/apply/checks.ts'
import { isExecuted } from '../../deploy/plan/change.ts'
import type { Wanted } from '../../deploy/plan.ts'
import { acknowledged, type WaitFlag, waitMs } from '../acknowledge.ts'
import { type ApprovalFlags, approvePlan, checkMayAsk } from '../approval.ts'
import { appliedOutcome, carryOut } from '../carry-out.ts'
import { type Database, databaseUrl, prepareLocal, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import { type GitState, gitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { leastRefused, type PlanFlags, planOptions } from '../plan-flags.ts'
import { readProject } from '../project.ts'
import { type SecretsOut, secretsOut } from '../secrets-out.ts'
import { type Stream, type StreamFlag, streamOn } from '../stream.ts'
import { checkSealingKey, wantedBy } from '../wanted.ts'
import { checkRisk, plan, planAgainst, planOutcome } from './plan.ts'

export interface ApplyFlags extends PlanFlags, ApprovalFlags, StreamFlag {
  readonly dryRun?: boolean
  readonly secretsOut?: string
  readonly message?: string
  readonly wait?: WaitFlag
}

/** Makes the database what the documents say, or what a saved plan says, in one transaction. */
export async function apply(
  invocation: Invocation,
  flags: ApplyFlags,
  file?: string,
): Promise<Outcome> {
  const stream = streamOn(invocation, flags)
  if (file !== undefined) {
    checkSavedFlags(flags, file)
    const { applySaved } = await import('./apply-saved.ts')
    return applySaved(invocation, flags, { file, stream })
  }
  if (flags.dryRun === true) return plan(invocation, flags)
  checkMayAsk(invocation, flags, { command: 'apply', look: 'plan' })
  const wait = waitMs(flags.wait)
  const { directory } = invocation.world
  const out = flags.secretsOut === undefined ? undefined : secretsOut(flags.secretsOut, directory)
  const { project, wanted } = await stream.during('read', async () => {
    const project = await readProject(invocation)
    return { project, wanted: await wantedBy(invocation, project) }
  })
  const git = await gitState(project.root)
  const url = databaseUrl(invocation, project)
  prepareLocal(url, project.root)
  return withDatabase(invocation, url, { schema: 'migrate' }, async (database) => {
    const applied = await planAndApply(invocation, { flags, out, wanted, git, database, stream })
    return wait === undefined
      ? applied.outcome
      : stream.during('wait', () => acknowledged(invocation, database, applied, wait))
  })
}

interface Applied {
  readonly flags: ApplyFlags
  readonly out: SecretsOut | undefined
  readonly wanted: Wanted
  readonly git: GitState
  readonly database: Database
  readonly stream: Stream
}

async function planAndApply(invocation: Invocation, applied: Applied) {
  const { database, wanted, flags, git, out, stream } = applied
  const made = await stream.during('plan', () => planAgainst(invocation, database, wanted, flags))
  stream.plan(planOutcome(invocation, made, false).body)
  const outcomeAt = (revision: number) => ({
    revision,
    outcome: appliedOutcome(invocation, made, revision),
  })
  if (!made.changes.some(isExecuted)) return outcomeAt(made.baseRevision)
  checkPermitted(made)
  await checkSealingKey(wanted, database)
  checkRisk(made, leastRefused(flags.failOn))
  await approvePlan(invocation, made, { flags, command: 'apply' })
  const revision = await stream.during('apply', () =>
    carryOut(invocation, {
      plan: made,
      wanted,
      database,
      git,
      out,
      message: flags.message,
      options: planOptions(flags),
    }),
  )
  stream.applied(revision, made.changes)
  return outcomeAt(revision)
}

/** It was approved by being saved, and `show` shows it. */
function checkSavedFlags({ dryRun, detailedExitcode }: ApplyFlags, file: string): void {
  if (dryRun !== true && detailedExitcode !== true) return
  throw new Failure(
    EXIT.usage,
    '--dry-run is for the documents, not for a saved plan',
    `tokenidp show ${file}`,
  )
}
