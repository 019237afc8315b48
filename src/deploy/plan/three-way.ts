import type { JsonObject } from '../../base/json.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import { type FieldChange, fieldChanges } from '../diff.ts'
import type { FieldClass } from './change.ts'

/**
 * Desired, last applied and live. converged: somebody else has made it what it should be.
 * drift: the documents stayed, the object did not. conflict: both changed, and not to the same.
 */
export type ThreeWay = 'same' | 'update' | 'drift' | 'conflict' | 'converged'

export function compare(desiredHash: string, live: ConfigObject): ThreeWay {
  const isDrifted = live.specHash !== live.appliedHash
  if (live.specHash === desiredHash) return isDrifted ? 'converged' : 'same'
  if (!isDrifted) return 'update'
  return desiredHash === live.appliedHash ? 'drift' : 'conflict'
}

/** What will change, field by field, and whose doing each difference is. */
export function classified(
  desired: JsonObject,
  live: ConfigObject,
): readonly (FieldChange & { readonly class: FieldClass })[] {
  const differences = fieldChanges(live.spec, desired)
  if (live.applied === undefined) return differences.map((each) => ({ ...each, class: 'changed' }))
  const drifted = paths(fieldChanges(live.applied, live.spec))
  const wanted = paths(fieldChanges(live.applied, desired))
  const classOf = (path: string): FieldClass => {
    if (!drifted.has(path)) return 'changed'
    return wanted.has(path) ? 'conflict' : 'drift'
  }
  return differences.map((each) => ({ ...each, class: classOf(each.path) }))
}

const paths = (changes: readonly FieldChange[]): ReadonlySet<string> =>
  new Set(changes.map(({ path }) => path))
