import { checkPermitted } from '../../deploy/apply/checks.ts'
import { apply as applyPlan } from '../../deploy/apply.ts'
import { isExecuted } from '../../deploy/plan/change.ts'
import type { Plan, Wanted } from '../../deploy/plan.ts'
import { isGraver } from '../../model/risk.ts'
import { type Database, databaseUrl, prepareLocal, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { ciUrl, type GitState, gitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { masterKey } from '../master-key.ts'
import { leastRefused, type PlanFlags, planOptions } from '../plan-flags.ts'
import { counts, planBody, planText } from '../plan-text.ts'
import { type Project, readProject } from '../project.ts'
import { type SecretsOut, secretsOut } from '../secrets-out.ts'
import { tool } from '../tool.ts'
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
    planAndApply(invocation, { flags, out, project, wanted, git, database }),
  )
}

interface Applied {
  readonly flags: ApplyFlags
  readonly out: SecretsOut | undefined
  readonly project: Project
  readonly wanted: Wanted
  readonly git: GitState
  readonly database: Database
}

async function planAndApply(invocation: Invocation, applied: Applied): Promise<Outcome> {
  const { database, wanted, flags, out } = applied
  const made = await planAgainst(database, wanted, flags)
  if (!made.changes.some(isExecuted)) return outcome(invocation, made, made.baseRevision)
  checkPermitted(made)
  await checkSealingKey(wanted, database)
  checkRisk(made, leastRefused(flags.failOn))
  if (flags.autoApprove !== true) await approve(invocation, made, flags.confirm)
  if (out !== undefined) invocation.interruption.onEarlyEnd(out.forget)
  try {
    const revision = await invocation.progress.during('Applying', commit(invocation, made, applied))
    return outcome(invocation, made, revision)
  } catch (error) {
    // A connection that is lost at COMMIT leaves it open whether these secrets are in force.
    if (!invocation.interruption.isCarriedThrough()) out?.forget()
    throw error
  }
}

async function commit(invocation: Invocation, made: Plan, applied: Applied): Promise<number> {
  const { world, global } = invocation
  const { database, wanted, git, out, flags } = applied
  const [{ openPasswords }, { compile }] = await Promise.all([
    import('../../base/password.ts'),
    import('../../deploy/snapshot.ts'),
  ])
  const passwords = openPasswords()
  try {
    return await applyPlan(made, wanted, {
      config: database.config,
      random: world.random,
      nowMs: world.clock.milliseconds(),
      lockTimeoutMs: global.lockTimeoutMs,
      hashPassword: (password) => passwords.hash(password),
      sealingKey: () => masterKey(world.variables, 'secrets of client_secret_jwt'),
      compile: (live) => compile(live, {}),
      beforeCommit: () => invocation.interruption.pointOfNoReturn(),
      keepSecrets: out && ((generated) => out.keep(generated)),
      about: {
        ...git,
        ciUrl: ciUrl(world.variables),
        toolVersion: tool.version,
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        reason: flags.message ?? variable(world.variables, 'TOKENIDP_REASON'),
      },
      options: planOptions(flags),
    })
  } finally {
    await passwords.close()
  }
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

function outcome({ paint, warn }: Invocation, made: Plan, revision: number): Outcome {
  const waiting = made.changes.filter((change) => !isExecuted(change)).length
  if (waiting > 0)
    warn(
      `${waiting} ${waiting === 1 ? 'object is' : 'objects are'} no longer in the documents, and still there`,
      'tokenidp apply --prune deletes them',
    )
  const isChanged = made.changes.some(isExecuted)
  return {
    exit: EXIT.ok,
    kind: 'Apply',
    body: { revision, isConverged: waiting === 0, ...planBody(made) },
    text: isChanged
      ? `${planText(made, paint.out)}Applied revision ${revision}: ${counts(made)}.\n`
      : planText(made, paint.out),
  }
}
