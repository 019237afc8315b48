import { apply as applyPlan } from '../../deploy/apply.ts'
import { checkProtected, makePlan, type Plan, type Wanted } from '../../deploy/plan.ts'
import { type Database, databaseUrl, prepareLocal, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { type GitState, gitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { masterKey } from '../master-key.ts'
import { counts, planBody, planText } from '../plan-text.ts'
import { type Project, readProject } from '../project.ts'
import { type SecretsOut, secretsOut } from '../secrets-out.ts'
import { tool } from '../tool.ts'
import { checkSealingKey, wantedBy } from '../wanted.ts'
import { plan } from './plan.ts'

export interface ApplyFlags {
  readonly autoApprove?: boolean
  readonly dryRun?: boolean
  readonly secretsOut?: string
  readonly detailedExitcode?: boolean
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
  const { config } = database
  const made = makePlan(wanted, await config.live(), (await config.meta()).pepper)
  if (made.changes.length === 0) return outcome(invocation, made, made.baseRevision)
  checkProtected(made)
  await checkSealingKey(wanted, database)
  if (flags.autoApprove !== true) await approve(invocation, made)
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
  const { database, wanted, git, out } = applied
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
        toolVersion: tool.version,
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        reason: variable(world.variables, 'TOKENIDP_REASON'),
      },
    })
  } finally {
    await passwords.close()
  }
}

/** Refused before anything is read: nobody is there who could say yes. */
function checkMayApply({ world, global }: Invocation, flags: ApplyFlags): void {
  if (flags.autoApprove === true) return
  if (world.io.isTerminal.in && world.io.isTerminal.err && global.mayAsk) return
  throw new Failure(
    EXIT.usage,
    'apply asks before it changes anything, and there is no terminal to ask on',
    'tokenidp plan, look at it, then tokenidp apply --auto-approve',
  )
}

/** A deletion takes the environment's name to approve, so that it is nobody's habit. */
async function approve({ world, paint }: Invocation, made: Plan): Promise<void> {
  world.io.err(planText(made, paint.err))
  const isRisky = made.changes.some(({ action }) => action === 'delete')
  const word = isRisky ? made.environment.name : 'yes'
  const question = `Apply these changes to environment ${made.environment.name}? Type ${word}: `
  if ((await world.io.ask(question)).trim() === word) return
  throw new Failure(EXIT.refused, 'not approved; nothing was applied', 'tokenidp apply')
}

function outcome({ paint }: Invocation, made: Plan, revision: number): Outcome {
  const isChanged = made.changes.length > 0
  return {
    exit: EXIT.ok,
    kind: 'Apply',
    body: { revision, ...planBody(made) },
    text: isChanged
      ? `${planText(made, paint.out)}Applied revision ${revision}: ${counts(made)}.\n`
      : planText(made, paint.out),
  }
}
