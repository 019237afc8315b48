import { toSeconds } from '../base/time.ts'
import type { Applying } from '../deploy/apply/applying.ts'
import { apply } from '../deploy/apply.ts'
import { isExecuted } from '../deploy/plan/change.ts'
import type { Plan, Wanted } from '../deploy/plan.ts'
import { withBugReport } from './bug-report.ts'
import type { Database } from './database.ts'
import { variable } from './environment.ts'
import { EXIT } from './exit.ts'
import { ciUrl, type GitState } from './git.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { masterKey } from './master-key.ts'
import { overridesBody, overridesText } from './override-text.ts'
import { planMarkdown } from './plan-markdown.ts'
import { counts, planBody, planText } from './plan-text.ts'
import type { SecretsOut } from './secrets-out.ts'
import { tool } from './tool.ts'

/** A plan that is approved, and all that carrying it out takes. */
export interface Approved
  extends Pick<Applying, 'options' | 'kind' | 'planFingerprint' | 'signedBy'> {
  readonly plan: Plan
  readonly wanted: Wanted
  readonly database: Database
  readonly git: GitState
  /** Where generated secrets go. */
  readonly out: SecretsOut | undefined
  /** Why, for the history. */
  readonly message: string | undefined
}

/** Applies in one transaction and answers the new revision. What ends it early changes nothing. */
export async function carryOut(invocation: Invocation, approved: Approved): Promise<number> {
  const { out } = approved
  if (out !== undefined) invocation.interruption.onEarlyEnd(out.forget)
  try {
    return await invocation.progress.during('Applying', commit(invocation, approved))
  } catch (error) {
    // A connection that is lost at COMMIT leaves it open whether these secrets are in force.
    if (!invocation.interruption.isCarriedThrough()) out?.forget()
    throw await withBugReport(error, invocation, approved)
  }
}

async function commit(invocation: Invocation, approved: Approved): Promise<number> {
  const { world, global } = invocation
  const { plan, wanted, database, git, out, message, ...rest } = approved
  const { openPasswords } = await import('../base/password.ts')
  const passwords = openPasswords()
  try {
    return await apply(plan, wanted, {
      ...rest,
      config: database.config,
      random: world.random,
      nowMs: world.clock.milliseconds(),
      lockTimeoutMs: global.lockTimeoutMs,
      hashPassword: (password) => passwords.hash(password),
      sealingKey: () => masterKey(world.variables, 'secrets of client_secret_jwt'),
      beforeCommit: () => invocation.interruption.pointOfNoReturn(),
      keepSecrets: out && ((generated) => out.keep(generated)),
      about: {
        ...git,
        ciUrl: ciUrl(world.variables),
        toolVersion: tool.version,
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        reason: message ?? variable(world.variables, 'TOKENIDP_REASON'),
      },
    })
  } finally {
    await passwords.close()
  }
}

/** What an apply came to; without a change, the revision is the one that was live. */
export function appliedOutcome(
  { paint, warn, world }: Invocation,
  made: Plan,
  revision: number,
): Outcome {
  const now = toSeconds(world.clock.milliseconds())
  const waiting = made.changes.filter((change) => !isExecuted(change)).length
  if (waiting > 0)
    warn(
      `${waiting} ${waiting === 1 ? 'object is' : 'objects are'} no longer in the documents, and still there`,
      'tokenidp apply --prune deletes them',
    )
  const inForce = overridesText(made.overrides, now)
  const isChanged = made.changes.some(isExecuted)
  return {
    exit: EXIT.ok,
    kind: 'Apply',
    body: {
      revision,
      isConverged: waiting === 0,
      ...planBody(made),
      overrides: overridesBody(made.overrides, now),
    },
    text: isChanged
      ? `${planText(made, paint.out)}${inForce}Applied revision ${revision}: ${counts(made)}.\n`
      : `${planText(made, paint.out)}${inForce}`,
    markdown: planMarkdown(made, isChanged ? `Applied revision ${revision}` : 'Nothing to apply'),
  }
}
