import type { Json, JsonObject } from '../../base/json.ts'
import { compareText } from '../codes.ts'
import type { DocumentOf, Kind } from '../kinds.ts'

/** A member that is left out where there is no value, so that absent and unset are one. */
type Members = Readonly<Record<string, Json | undefined>>

export const compact = (members: Members): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined),
  )

export const sorted = (names: readonly string[] = []): readonly string[] =>
  [...new Set(names)].sort(compareText)

export type Spec<K extends Kind> = NonNullable<DocumentOf<K>['spec']>
