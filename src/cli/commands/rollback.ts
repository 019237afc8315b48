import { checkPermitted } from '../../deploy/apply/checks.ts'
import { isExecuted } from '../../deploy/plan/change.ts'
import { makePlan, type Plan, type PlanOptions, type Wanted } from '../../deploy/plan.ts'
import { madeSince, unpacked, wantedAgain, withMaxRisk } from '../../deploy/rollback/desired.ts'
import { addressesBefore, withNamesBefore } from '../../deploy/rollback/names.ts'
import { checkKnown, type UnknownSecret, unknownIn } from '../../deploy/rollback/secrets.ts'
import type { Revision } from '../../store/config-port.ts'
import { acknowledged, type WaitFlag, waitMs } from '../acknowledge.ts'
import { type ApprovalFlags, approvePlan, checkMayAsk } from '../approval.ts'
import { carryOut } from '../carry-out.ts'
import { type Database, databaseUrl, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { GitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { leastRefused, type PlanFlags, planOptions, riskNamed } from '../plan-flags.ts'
import { findProjectSettings, type ProjectSettings } from '../project.ts'
import { rollbackBody, rollbackText } from '../rollback-text.ts'
import { type Aftermath, aftermathOf, warnOf } from '../rollback-warnings.ts'
import { secretSources } from '../secrets/sources.ts'
import { secretsOut } from '../secrets-out.ts'
import { checkSealingKey, wantedWith } from '../wanted.ts'
import { checkRisk } from './plan.ts'
import { targetNamed } from './rollback-target.ts'

interface RollbackFlags
  extends ApprovalFlags,
    Pick<PlanFlags, 'onDrift' | 'maxDeletes' | 'failOn'> {
  readonly planOnly?: boolean
  readonly maxRisk?: string
  readonly message?: string
  readonly secretsOut?: string
  readonly wait?: WaitFlag
}

/** Applies again what a revision wanted, as a new revision. Keys and secrets stay as they are now. */
export async function rollback(
  invocation: Invocation,
  flags: RollbackFlags,
  word: string,
): Promise<Outcome> {
  const isPlan = flags.planOnly === true
  const command = `rollback ${word}`
  if (!isPlan) checkMayAsk(invocation, flags, { command, look: `${command} --plan-only` })
  const wait = waitMs(flags.wait)
  const settings = await findProjectSettings(invocation)
  const url = databaseUrl(invocation, settings)
  const schema = isPlan ? 'inspect' : 'require'
  return withDatabase(invocation, url, { schema }, async (database) => {
    const target = await targetNamed(database.config, word, settings.id)
    const rolling = await rollingTo(invocation, { target, settings, database, flags })
    warnOf(invocation, rolling)
    const { plan } = rolling
    if (isPlan || !plan.changes.some(isExecuted))
      return outcome(invocation, rolling, { revision: plan.baseRevision, isApplied: false })
    const revision = await carriedOut(invocation, rolling, { flags, command })
    const done = outcome(invocation, rolling, { revision, isApplied: true })
    return acknowledged(invocation, database, { revision, outcome: done }, wait)
  })
}

interface Rolling {
  readonly target: Revision
  readonly plan: Plan
  readonly wanted: Wanted
  /** Its tombstones lie under the addresses of then. */
  readonly database: Database
  readonly options: PlanOptions
  readonly unknown: readonly UnknownSecret[]
  readonly aftermath: Aftermath
}

async function rollingTo(
  invocation: Invocation,
  given: {
    readonly target: Revision
    readonly settings: ProjectSettings
    readonly database: Database
    readonly flags: RollbackFlags
  },
): Promise<Rolling> {
  const { target, settings, flags } = given
  const { config } = given.database
  const now = await config.live()
  const since = await config.audit({
    revisions: { from: target.id + 1, to: now.revision },
    limit: Number.MAX_SAFE_INTEGER,
  })
  const database = { ...given.database, config: withNamesBefore(config, addressesBefore(since)) }
  const live = await database.config.live()
  const then = unpacked(await sourceOf(config, target), target.id)
  const desired = wantedAgain(
    flags.maxRisk === undefined ? then : withMaxRisk(then, riskNamed('--max-risk', flags.maxRisk)),
    live,
    since,
  )
  const wanted = wantedWith(invocation, desired, await secretsHere(invocation, desired, settings))
  const made = madeSince(since)
  const options = { ...planOptions(flags), prune: true, mayPrune: (uid: string) => made.has(uid) }
  const plan = makePlan(wanted, live, (await config.meta()).pepper, options)
  const unknown = unknownIn(plan, wanted)
  const aftermath = await aftermathOf(database, target, live)
  return { target, plan, wanted, database, options, unknown, aftermath }
}

async function sourceOf(config: Database['config'], { id, kind }: Revision): Promise<Buffer> {
  const source = await config.source(id)
  if (source !== undefined) return source
  throw new Failure(
    EXIT.failed,
    `revision ${id} (${kind}) holds no documents that could be applied again`,
    'tokenidp history, and choose an apply before it',
  )
}

/** What this machine knows of them. Of the others, what is stored stays. */
async function secretsHere(
  invocation: Invocation,
  desired: Wanted['desired'],
  { root }: ProjectSettings,
): Promise<Wanted['secrets']> {
  const { resolveSecrets } = await import('../../config/index.ts')
  return resolveSecrets(desired, await secretSources(invocation, { desired, root })).secrets
}

async function carriedOut(
  invocation: Invocation,
  { target, plan, wanted, database, options, unknown }: Rolling,
  { flags, command }: { readonly flags: RollbackFlags; readonly command: string },
): Promise<number> {
  checkPermitted(plan)
  checkKnown(unknown)
  await checkSealingKey(wanted, database)
  checkRisk(plan, leastRefused(flags.failOn))
  await approvePlan(invocation, plan, { flags, command })
  const { secretsOut: file } = flags
  return carryOut(invocation, {
    plan,
    wanted,
    database,
    // The documents of that commit are live again.
    git: gitOf(target),
    out: file === undefined ? undefined : secretsOut(file, invocation.world.directory),
    message: flags.message ?? `back to revision ${target.id}`,
    options,
    kind: 'rollback',
  })
}

const gitOf = ({ gitCommit, gitRef, gitDirty, repoUrl }: Revision): GitState => ({
  gitCommit,
  gitRef,
  gitDirty,
  repoUrl,
})

const outcome = (
  { paint }: Invocation,
  rolling: Rolling,
  done: { readonly revision: number; readonly isApplied: boolean },
): Outcome => ({
  exit: EXIT.ok,
  kind: 'Rollback',
  body: rollbackBody(rolling, done),
  text: rollbackText(rolling, done, paint.out),
})
