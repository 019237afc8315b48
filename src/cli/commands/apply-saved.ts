import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { toSeconds } from '../../base/time.ts'
import type { DesiredState } from '../../config/desired-state.ts'
import { checkPermitted } from '../../deploy/apply/checks.ts'
import { withLiveUse } from '../../deploy/live-use.ts'
import { type Change, isExecuted } from '../../deploy/plan/change.ts'
import { makePlan, type PlanOptions } from '../../deploy/plan.ts'
import { Refusal } from '../../deploy/refusal.ts'
import { checkCurrent } from '../../deploy/saved/current.ts'
import { checkExpiry, desiredOf } from '../../deploy/saved/read.ts'
import { checkSigned, requiredKeys } from '../../deploy/saved/required.ts'
import type { SavedPlan } from '../../deploy/saved/saved-plan.ts'
import { signerAmong } from '../../deploy/saved/signature.ts'
import type { Jwk } from '../../model/jwk.ts'
import type { LiveState } from '../../store/config-port.ts'
import { acknowledged, type WaitFlag, waitMs } from '../acknowledge.ts'
import { appliedOutcome, carryOut } from '../carry-out.ts'
import { type Database, databaseUrl, prepareLocal, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { GitState } from '../git.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { checkSameOptions, leastRefused, type PlanFlags, planOptionsOf } from '../plan-flags.ts'
import { findProjectSettings, type ProjectSettings } from '../project.ts'
import { savedPlanIn } from '../saved-plan.ts'
import { type SecretsOut, secretsOut } from '../secrets-out.ts'
import { counted } from '../show-diagnostics.ts'
import type { Stream } from '../stream.ts'
import { checkSealingKey, wantedBy } from '../wanted.ts'
import { checkRisk, planOutcome } from './plan.ts'

interface ApplySavedFlags extends PlanFlags {
  readonly secretsOut?: string
  readonly message?: string
  readonly wait?: WaitFlag
}

/** Applies what was approved when it was saved, if that is still what there is to do. Needs no documents. */
export async function applySaved(
  invocation: Invocation,
  flags: ApplySavedFlags,
  { file, stream }: { readonly file: string; readonly stream: Stream },
): Promise<Outcome> {
  const { world } = invocation
  const saved = savedPlanIn(invocation, file)
  const wait = waitMs(flags.wait)
  checkSameOptions(flags, saved.options)
  checkSameEnvironment(invocation, saved)
  checkExpiry(saved, toSeconds(world.clock.milliseconds()))
  const desired = desiredOf(saved)
  const out =
    flags.secretsOut === undefined ? undefined : secretsOut(flags.secretsOut, world.directory)
  const settings = await findProjectSettings(invocation)
  const url = databaseUrl(invocation, settings)
  checkDatabaseNamed(invocation, settings)
  prepareLocal(url, settings.root)
  return withDatabase(invocation, url, { schema: 'migrate' }, async (database) => {
    const approved = { saved, desired, settings, flags, out, stream }
    const applied = await applyTo(database, invocation, approved)
    return wait === undefined
      ? applied.outcome
      : stream.during('wait', () => acknowledged(invocation, database, applied, wait))
  })
}

interface Approved {
  readonly saved: SavedPlan
  readonly desired: DesiredState
  readonly settings: ProjectSettings
  readonly flags: ApplySavedFlags
  readonly out: SecretsOut | undefined
  readonly stream: Stream
}

/** How often it is looked at anew where somebody else is first. */
const ATTEMPTS = 5

async function applyTo(
  database: Database,
  invocation: Invocation,
  approved: Approved,
  attempts = ATTEMPTS,
) {
  const { saved, flags, out, stream } = approved
  const { live, wanted, options, signedBy, plan, there } = await stream.during('plan', () =>
    planAgain(database, invocation, approved),
  )
  stream.plan(planOutcome(invocation, plan, false).body)
  const outcomeAt = (at: number) => ({
    revision: at,
    outcome: withThere(appliedOutcome(invocation, plan, at), saved, there),
  })
  if (!plan.changes.some(isExecuted)) return outcomeAt(live.revision)
  checkPermitted(plan)
  await checkSealingKey(wanted, database)
  checkRisk(plan, leastRefused(flags.failOn))
  try {
    const revision = await stream.during('apply', () =>
      carryOut(invocation, {
        plan,
        wanted,
        database,
        git: gitOf(saved),
        out,
        message: flags.message,
        options,
        planFingerprint: saved.fingerprint,
        signedBy,
      }),
    )
    stream.applied(revision, plan.changes)
    return outcomeAt(revision)
  } catch (error) {
    // Nothing was applied. Whoever was first may have done a part of it, or all.
    const isBeaten = error instanceof Refusal && error.reason === 'stale'
    if (isBeaten && attempts > 1) return applyTo(database, invocation, approved, attempts - 1)
    throw error
  }
}

/** What is left of it to do in what is live now; throws where that is not what was approved. */
async function planAgain(
  database: Database,
  invocation: Invocation,
  { saved, desired, settings }: Approved,
) {
  const live = await database.config.live()
  const signedBy = await signerOf(saved, live)
  const { sopsFiles = {} } = saved
  const wanted = await wantedBy(invocation, { ...settings, desired, sources: new Map(), sopsFiles })
  const options: PlanOptions = planOptionsOf(saved.options)
  const now = toSeconds(invocation.world.clock.milliseconds())
  const made = makePlan(wanted, live, live.meta.pepper, options)
  const plan = await withLiveUse(made, live, database.config, now)
  const lastCommit = await lastCommitOf(plan.owner, database)
  const there = checkCurrent(saved, { plan, live, wanted, lastCommit })
  checkSigned(plan, live, signedBy)
  return { live, wanted, options, signedBy, plan, there }
}

async function lastCommitOf(owner: string, { config }: Database): Promise<string | undefined> {
  const last = await config.lastSource(owner)
  return last && (await config.revision(last.revision))?.gitCommit
}

const gitOf = ({ git: { commit, ref, isDirty, repoUrl } }: SavedPlan): GitState => ({
  gitCommit: commit ?? undefined,
  gitRef: ref ?? undefined,
  gitDirty: isDirty,
  repoUrl: repoUrl ?? undefined,
})

/** With what of the plan nobody had to do any more. */
function withThere(outcome: Outcome, saved: SavedPlan, there: readonly Change[]): Outcome {
  if (there.length === 0) return outcome
  const all = saved.changes.filter(isExecuted).length
  const text = `${there.length} of ${counted(all, 'change')} of the saved plan ${there.length === 1 ? 'was' : 'were'} already there.\n`
  return {
    ...outcome,
    body: { ...outcome.body, alreadyThere: there.map(({ address }) => address) },
    text: `${outcome.text}${text}`,
    ...(outcome.markdown === undefined ? {} : { markdown: `${outcome.markdown}\n${text}` }),
  }
}

/** The live key that made the signature; a signature by another key is refused where one is required. */
async function signerOf(saved: SavedPlan, live: LiveState): Promise<Jwk | undefined> {
  const keys = requiredKeys(saved, live).flat()
  if (keys.length === 0 || saved.signature === undefined) return undefined
  const signer = await signerAmong(keys, saved)
  if (signer !== undefined) return signer
  throw new Refusal(
    'bad-signature',
    'the signature of the saved plan is by none of the keys that this database takes; nothing was applied',
  )
}

function checkSameEnvironment({ global }: Invocation, { environment }: SavedPlan): void {
  if (global.environment === undefined || global.environment === environment.name) return
  throw new Refusal(
    'environment',
    `the plan was saved for environment "${environment.name}", not for "${global.environment}"`,
  )
}

/** Far from the documents nobody means a new database in the folder that happens to be here. */
function checkDatabaseNamed({ global }: Invocation, { root, databaseUrl: url }: ProjectSettings) {
  const given = global.databaseUrl ?? global.databaseUrlFile ?? url
  if (given !== undefined || existsSync(join(root, 'tokenidp.yaml'))) return
  throw new Failure(
    EXIT.usage,
    'there is no project here, and no database is named',
    'set TOKENIDP_DATABASE_URL, or name a file that holds the URL with --database-url-file',
  )
}
