import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest } from '../base/digest.ts'
import { ulid } from '../base/id.ts'
import { canonicalJson } from '../base/json.ts'
import { toSeconds } from '../base/time.ts'
import { NotConverged } from '../deploy/apply/not-converged.ts'
import type { Plan } from '../deploy/plan.ts'
import { Refusal } from '../deploy/refusal.ts'
import type { Database } from './database.ts'
import type { Invocation } from './invocation.ts'
import { planBody } from './plan-text.ts'
import { tool } from './tool.ts'
import { writeDurably } from './write-durably.ts'

interface Failed {
  readonly plan: Plan
  readonly planFingerprint?: string | undefined
  readonly database: Pick<Database, 'system'>
}

/** What was thrown; where it is a fault of ours, with a file beside it that may be sent to those who can mend it. */
export async function withBugReport(
  thrown: unknown,
  { world }: Invocation,
  failed: Failed,
): Promise<unknown> {
  if (!(thrown instanceof NotConverged)) return thrown
  const nowMs = world.clock.milliseconds()
  const { schemaVersion, ...evidence } = thrown.evidence
  const text = JSON.stringify(
    {
      formatVersion: '1.0',
      kind: 'BugReport',
      tool,
      node: world.self.nodeVersion,
      createdAt: toSeconds(nowMs),
      database: { kind: await kindOf(failed.database), schemaVersion },
      planFingerprint: failed.planFingerprint ?? digest(canonicalJson(planBody(failed.plan))),
      ...evidence,
    },
    null,
    2,
  )
  const name = `tokenidp-bug-report-${ulid(nowMs, world.random)}.json`
  const path = written([world.directory, tmpdir()], name, `${text}\n`)
  const where =
    path === undefined
      ? 'and a report of it could not be written'
      : `what to report, without a value of the documents, is in ${path}`
  return new Refusal('not-converged', `${thrown.message}; ${where}`, { cause: thrown })
}

/** Only a server has a clock of its own. */
async function kindOf({ system }: Pick<Database, 'system'>): Promise<string> {
  try {
    return (await system.now()) === undefined ? 'sqlite' : 'postgres'
  } catch {
    // A report without it is better than none.
    return 'unknown'
  }
}

/** In the first of these folders that takes it. */
function written(folders: readonly string[], name: string, text: string): string | undefined {
  for (const folder of folders)
    try {
      const path = join(folder, name)
      writeDurably(path, text)
      return path
    } catch {
      // Read-only, full or gone: the next one may do.
    }
  return undefined
}
