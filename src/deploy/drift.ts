import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { addressOf } from '../config/desired-state.ts'
import type { ConfigObject } from '../store/config-port.ts'
import { type FieldChange, fieldChanges } from './diff.ts'

/** An object that is no longer as its owner applied it. */
export interface Drift {
  readonly address: string
  readonly owner: string
  /** From what was applied to what is live. Empty where only that they differ is known. */
  readonly fields: readonly FieldChange[]
}

/** What was changed behind the back of the documents. Who is only created by them may be changed. */
export const driftIn = (objects: readonly ConfigObject[]): readonly Drift[] =>
  objects.filter(isDrifted).map((object) => ({
    address: addressOf(object),
    owner: object.owner,
    fields:
      object.applied === undefined
        ? []
        : fieldChanges(object.applied, object.spec).map(withoutSecrets),
  }))

const isDrifted = ({ specHash, appliedHash, reconcile }: ConfigObject): boolean =>
  specHash !== appliedHash && reconcile !== 'createOnly'

/** Whoever wrote into the database may have written a secret where a reference belongs. */
function withoutSecrets({ path, before, after }: FieldChange): FieldChange {
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after: SECRET.test(path) ? harmless(path, after) : after }),
  }
}

const SECRET = /^(password|cibaUserCode|clientAuth\.secrets)\b/

function harmless(path: string, value: Json): Json {
  if (isList(value)) return value.map((each) => harmless(path, each))
  if (isJsonObject(value)) return membersOf(value)
  return /\.(id|expiresAt)$/.test(path) ? value : '(hidden)'
}

const membersOf = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, harmless(`.${name}`, member)] as const),
  )

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
