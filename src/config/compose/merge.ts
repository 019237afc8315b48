import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type Json } from '../../base/json.ts'
import { isList, isMap, listOf, mapOf, membersOf, type Part } from './part.ts'

/** What a map of a patch may say of a value instead of being one. */
export const OPERATORS = ['$append', '$remove', '$delete'] as const

/** What happens to a value: nothing of it stays. */
const isDeletion = (value: Json): boolean => isJsonObject(value) && value.$delete === true

/** What happens to a list. */
const isEdit = (value: Json): boolean =>
  isJsonObject(value) && ('$append' in value || '$remove' in value)

/** Maps are filled up, member by member; anything else is taken from the first that has it. */
export function filled(own: Part | undefined, defaults: Part): Part {
  if (own === undefined) return defaults
  if (!isMap(own) || !isMap(defaults)) return own
  const members = new Map(membersOf(own))
  for (const [name, member] of membersOf(defaults))
    members.set(name, filled(members.get(name), member))
  return mapOf(own.trace, members)
}

/** Told of everything that a patch took away, by its place in the patch. */
export type Took = (part: Part) => void

/** Maps are merged; lists and all else are replaced, unless the patch says otherwise. */
export function patched(own: Part | undefined, patch: Part, took: Took): Part | undefined {
  if (isDeletion(patch.value)) {
    if (own !== undefined) took(patch)
    return undefined
  }
  if (isEdit(patch.value)) return edited(own, patch, took)
  return isMap(patch) ? merged(own, patch, took) : patch
}

function merged(own: Part | undefined, patch: Part, took: Took): Part {
  const isMerged = own !== undefined && isMap(own)
  const members = new Map(isMerged ? membersOf(own) : [])
  const gone = new Map(isMerged ? own.trace.parts : [])
  for (const [name, member] of membersOf(patch)) {
    const made = patched(members.get(name), member, took)
    if (made !== undefined) members.set(name, made)
    else if (members.delete(name)) gone.set(name, member.trace)
  }
  return mapOf(isMerged ? own.trace : patch.trace, members, gone)
}

function edited(own: Part | undefined, patch: Part, took: Took): Part {
  const before = own !== undefined && isList(own) ? [...membersOf(own).values()] : []
  const { $append: appended, $remove: removed } = Object.fromEntries(membersOf(patch))
  const going = removed === undefined ? [] : [...membersOf(removed).values()]
  const staying = before.filter((element) => {
    const reasons = going.filter(({ value }) => isNamed(element.value, value))
    reasons.forEach(took)
    return reasons.length === 0
  })
  const coming = appended === undefined ? [] : [...membersOf(appended).values()]
  return listOf(patch.trace, [...staying, ...coming])
}

/** Elements that are maps are known by their id, or by their name. */
const isNamed = (element: Json, name: Json): boolean =>
  isDeepStrictEqual(element, name) ||
  (isJsonObject(element) && typeof name === 'string' && (element.id ?? element.name) === name)

/** One thing that a patch does. */
export interface Write {
  readonly path: readonly string[]
  readonly value: Json
}

export function writesOf(patch: Json, path: readonly string[] = []): readonly Write[] {
  if (!isJsonObject(patch) || isEdit(patch) || isDeletion(patch)) return [{ path, value: patch }]
  return Object.entries(patch).flatMap(([name, member]: [string, Json]) =>
    writesOf(member, [...path, name]),
  )
}

/** Whether it matters which of the two comes first. */
export function isConflict(left: Write, right: Write): boolean {
  const length = Math.min(left.path.length, right.path.length)
  if (!isDeepStrictEqual(left.path.slice(0, length), right.path.slice(0, length))) return false
  if (left.path.length !== right.path.length) return true
  if (isEdit(left.value) && isEdit(right.value)) return false
  return !isDeepStrictEqual(left.value, right.value)
}

/** Things that a patch takes away: each has to be there in one object at least. */
export function removalsOf(patch: Part): readonly Part[] {
  if (isDeletion(patch.value)) return [patch]
  if (!isMap(patch)) return []
  const members = membersOf(patch)
  if (!isEdit(patch.value)) return [...members.values()].flatMap(removalsOf)
  const removed = members.get('$remove')
  return removed === undefined ? [] : [...membersOf(removed).values()]
}
