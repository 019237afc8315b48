import { canonicalJson, type JsonObject } from '../../base/json.ts'
import type { DesiredObject } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'

/** A deletion and a creation that are perhaps one object under a new name. */
export interface RenameHint {
  readonly from: string
  readonly to: string
}

interface Named<T> {
  readonly address: string
  readonly object: T
}

const ALIKE = 0.9
/** Comparing each with each is quadratic; a plan as large as this is no rename. */
const MOST = 200

/** Pairs that share a clientId, or nearly everything. Each object is in one pair at most. */
export function likelyRenames(
  gone: readonly Named<ConfigObject>[],
  made: readonly Named<DesiredObject>[],
): readonly RenameHint[] {
  if (gone.length > MOST || made.length > MOST) return []
  const left = new Set(made)
  return gone.flatMap((before) => {
    const after = [...left].find(
      ({ object }) =>
        object.kind === before.object.kind &&
        object.tenant === before.object.tenant &&
        isAlike(before.object.spec, object.spec),
    )
    if (after === undefined) return []
    left.delete(after)
    return [{ from: before.address, to: after.address }]
  })
}

function isAlike(before: JsonObject, after: JsonObject): boolean {
  if (before.clientId !== undefined && before.clientId === after.clientId) return true
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !NAMED_AFTER.has(name),
  )
  if (names.length === 0) return false
  const same = names.filter((name) => textOf(before[name]) === textOf(after[name])).length
  return same / names.length >= ALIKE
}

/** Fields that take the object's name when nothing is said. */
const NAMED_AFTER = new Set(['clientId', 'displayName', 'username'])

const textOf = (value: JsonObject[string] | undefined): string =>
  value === undefined ? '' : canonicalJson(value)
