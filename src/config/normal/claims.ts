import { compareText } from '../../base/compare.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import { compact, type Spec, sorted } from './members.ts'

export type ClaimEntry = NonNullable<Spec<'Tenant'>['claims']>[number]

/** `undefined` where none is declared, so that it is left out. */
export function claimsSpec(entries: readonly ClaimEntry[] = []): Json | undefined {
  if (entries.length === 0) return undefined
  return entries
    .map((entry) => mapping(entry))
    .sort((left, right) => compareText(String(left.name), String(right.name)))
}

/** A resource has one place only, so it does not name it. */
const mapping = (entry: ClaimEntry): JsonObject =>
  compact({ ...entry, in: sorted(entry.in ?? ['access_token']) })
