import { rotatedSince } from '../deploy/rollback/keys.ts'
import type { UnknownSecret } from '../deploy/rollback/secrets.ts'
import type { LiveState, Revision } from '../store/config-port.ts'
import type { Database } from './database.ts'
import type { Invocation } from './invocation.ts'

/** What is not as it was then, and stays so. */
export interface Aftermath {
  /** Tenants whose signing keys are others since. */
  readonly rotated: readonly string[]
  /** What takes the same changes back in git; undefined where nothing is known of commits. */
  readonly revert: string | undefined
}

export async function aftermathOf(
  { config, tenant }: Database,
  target: Revision,
  { revision, objects }: LiveState,
): Promise<Aftermath> {
  const rotated: string[] = []
  for (const { kind, owner, name, uid } of objects)
    if (kind === 'Tenant' && owner === target.owner)
      if (rotatedSince(await tenant(uid).keys.list(), target.createdAt)) rotated.push(name)
  const later = await config.revisions(revision - target.id)
  return { rotated, revert: revertOf(target, later) }
}

/** Of the commits that were applied after the target. */
function revertOf(target: Revision, newestFirst: readonly Revision[]): string | undefined {
  const applied = newestFirst.find(({ owner, kind }) => owner === target.owner && kind === 'apply')
  const [from, to] = [target.gitCommit, applied?.gitCommit]
  if (from === undefined || to === undefined || from === to) return undefined
  return `git revert --no-edit ${from.slice(0, 12)}..${to.slice(0, 12)}`
}

export function warnOf(
  { warn }: Invocation,
  { unknown, aftermath: { rotated } }: { unknown: readonly UnknownSecret[]; aftermath: Aftermath },
): void {
  for (const { address, id, source, mustBeSet } of unknown.slice(0, SHOWN))
    warn(
      mustBeSet
        ? `secret "${id}" of ${address} (${source}) has to be set, and its value is not known here`
        : `secret "${id}" of ${address} (${source}) is not known here: what is stored stays`,
    )
  if (unknown.length > SHOWN) warn(`${unknown.length - SHOWN} more secrets are not known here`)
  if (rotated.length > 0)
    warn(
      `the signing keys of ${rotated.join(', ')} were rotated since then, and are not rolled back`,
    )
}

const SHOWN = 10
