import { canonicalJson, type Json, type JsonObject } from '../base/json.ts'

/** One difference inside an object. `before` or `after` is absent where the field is. */
export interface FieldChange {
  /** For instance `tokens.access.ttl` or `clientAuth.secrets[2026-q3].expiresAt`. */
  readonly path: string
  readonly before?: Json
  readonly after?: Json
}

/** The differences between two specs in normal form, in order of path. */
export const fieldChanges = (before: JsonObject, after: JsonObject): FieldChange[] =>
  changesBelow('', before, after).sort((left, right) => (left.path < right.path ? -1 : 1))

function changesBelow(path: string, before: Json | undefined, after: Json | undefined) {
  if (same(before, after)) return []
  const left = membersOf(before)
  const right = membersOf(after)
  if (left === undefined || right === undefined) return [fieldChange(path, before, after)]
  const names = [...new Set([...left.keys(), ...right.keys()])]
  return names.flatMap((name): FieldChange[] =>
    changesBelow(join(path, name), left.get(name), right.get(name)),
  )
}

const same = (left: Json | undefined, right: Json | undefined): boolean =>
  left === undefined || right === undefined
    ? left === right
    : canonicalJson(left) === canonicalJson(right)

const fieldChange = (path: string, before?: Json, after?: Json): FieldChange => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
})

const join = (path: string, name: string): string =>
  path === '' || name.startsWith('[') ? `${path}${name}` : `${path}.${name}`

/** What we descend into: maps, and lists whose elements name themselves. Other lists are one value. */
function membersOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (isList(value)) return namedElements(value)
  if (value === null || typeof value !== 'object') return undefined
  return new Map(Object.entries(value))
}

function namedElements(list: readonly Json[]): ReadonlyMap<string, Json> | undefined {
  const named = new Map<string, Json>()
  for (const element of list) {
    const name = nameOf(element)
    if (name === undefined || named.has(`[${name}]`)) return undefined
    named.set(`[${name}]`, element)
  }
  return named
}

function nameOf(element: Json): string | undefined {
  if (element === null || typeof element !== 'object' || isList(element)) return undefined
  const name = element.id ?? element.name
  return typeof name === 'string' ? name : undefined
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
