import { canonicalJson, isJsonObject, type Json } from '../../base/json.ts'
import type { Jwk } from '../../model/jwk.ts'
import type { ConfigObject, LiveState } from '../../store/config-port.ts'
import { isExecuted } from '../plan/change.ts'
import type { Plan } from '../plan.ts'
import { Refusal } from '../refusal.ts'

/**
 * Whose signature a plan needs here: a key of each list. What is live decides, not what the plan wants.
 * A project without keys of its own needs one of the others' in a database that has such; whoever takes
 * something over needs one of its owner's too.
 */
export function requiredKeys(
  plan: Pick<Plan, 'owner' | 'changes'>,
  { objects }: LiveState,
): readonly (readonly Jwk[])[] {
  const lists = new Map(objects.flatMap(signedPlansOf))
  if (lists.size === 0) return []
  const owners = plan.changes.filter(isExecuted).map(({ adoptedFrom }) => adoptedFrom)
  const former = [...lists].filter(([owner]) => owner !== plan.owner && owners.includes(owner))
  return [lists.get(plan.owner) ?? [...lists.values()].flat(), ...former.map(([, keys]) => keys)]
}

function signedPlansOf(object: ConfigObject): [string, readonly Jwk[]][] {
  // Of the others, nobody may have looked at the spec yet.
  const signedPlans = object.kind === 'Project' ? object.spec.signedPlans : undefined
  if (!isJsonObject(signedPlans)) return []
  return [[object.owner, listOf(signedPlans.keys).filter(isJsonObject)]]
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

/** Throws where plans have to be signed: what changes without a plan cannot be. */
export function checkUnsigned({ objects }: Pick<LiveState, 'objects'>): void {
  if (objects.flatMap(signedPlansOf).length === 0) return
  throw new Refusal(
    'unsigned',
    'this database takes signed plans only: write adopt, or removed with then: release, into a Refactor document; nothing was applied',
  )
}

/** Throws unless the plan is signed as this database requires. */
export function checkSigned(
  plan: Pick<Plan, 'owner' | 'changes'>,
  live: LiveState,
  signedBy: Jwk | undefined,
): void {
  const signer = signedBy && canonicalJson(signedBy)
  const isSigned = (keys: readonly Jwk[]): boolean =>
    keys.some((key) => canonicalJson(key) === signer)
  if (requiredKeys(plan, live).every(isSigned)) return
  throw new Refusal(
    'unsigned',
    'only saved plans that are signed by a key of the project are applied to this database; nothing was applied',
  )
}
