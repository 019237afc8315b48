import { compareText } from '../../base/compare.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import type { DocumentOf, Kind } from '../kinds.ts'

/** A member that is left out where there is no value, so that absent and unset are one. */
type Members = Readonly<Record<string, Json | undefined>>

export function compact(members: Members): JsonObject {
  const kept: Record<string, Json> = {}
  // As a loop it takes a third of the time, and thousands of specs are made for each command.
  for (const name in members) {
    const value = members[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}

export const sorted = (names: readonly string[] = []): readonly string[] =>
  [...new Set(names)].sort(compareText)

export type Spec<K extends Kind> = NonNullable<DocumentOf<K>['spec']>
