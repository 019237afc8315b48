import { addressOf, type DesiredObject } from '../../config/desired-state.ts'
import type { ConfigObject, LiveState } from '../../store/config-port.ts'
import { changesWhatIsThere, formerAddress } from '../plan/base.ts'
import { type Change, isExecuted } from '../plan/change.ts'
import { type DigestedObject, digested, digestOf, specHash } from '../plan/digests.ts'
import type { Plan, Wanted } from '../plan.ts'
import { secretChanges } from '../secrets.ts'
import type { SavedPlan } from './saved-plan.ts'

/** What the plan comes to now, in the database that it is to be applied to. */
export interface Now {
  readonly plan: Plan
  readonly live: LiveState
  readonly wanted: Wanted
  /** What the owner's newest revision was made from. */
  readonly lastCommit?: string | undefined
}

/** Of the changes of a saved plan, those that somebody has made meanwhile, and exactly so. */
export function alreadyThere(saved: SavedPlan, now: Now): readonly Change[] {
  // Nothing says what there was of a plan that an earlier version saved.
  if (saved.base === undefined) return []
  const left = new Map(now.plan.changes.map((change) => [change.address, change.action]))
  const isAsWanted = comparison(saved.base, now)
  return saved.changes.filter(
    (change) =>
      isExecuted(change) && isNotedAtMost(change, left.get(change.address)) && isAsWanted(change),
  )
}

/** Made behind the documents' back, all that is left is to note it. */
const isNotedAtMost = (change: Change, left: Change['action'] | undefined): boolean =>
  left === undefined || (left === 'record' && change.action !== 'record')

function comparison(base: readonly DigestedObject[], { plan, live, wanted }: Now) {
  const before = new Map(base.map((each) => [each.address, each]))
  const found = new Map(live.objects.map((object) => [addressOf(object), object]))
  const desired = new Map(wanted.desired.objects.map((object) => [addressOf(object), object]))
  const stored = Map.groupBy(live.secrets, ({ ownerUid }) => ownerUid)
  const buried = new Set(live.tombstones.map(({ object }) => addressOf(object)))
  const keeping = { pepper: live.meta.pepper, sealingKey: wanted.sealingKey }
  const hasSecrets = (address: string, { uid }: ConfigObject): boolean =>
    secretChanges(wanted.secrets.get(address) ?? [], stored.get(uid) ?? [], keeping).length === 0

  /** Deleted and made again it is another one, and nobody who was signed in is any longer. */
  const isSameOne = ({ movedFrom }: Change): boolean =>
    movedFrom === undefined || !buried.has(movedFrom)
  const isMade = (change: Change, object: ConfigObject): boolean => {
    const meant = desired.get(change.address)
    if (meant === undefined || object.owner !== plan.owner || !isSameOne(change)) return false
    const was = before.get(formerAddress(change))
    const isAlike = isSame(object, { ...meant, specHash: hashAfter(change, meant, was) })
    return isAlike && (change.secrets.length === 0 || hasSecrets(change.address, object))
  }

  return (change: Change): boolean => {
    const object = found.get(change.address)
    if (change.action === 'delete') return object === undefined
    if (object === undefined) return false
    if (change.action !== 'release') return isMade(change, object)
    return object.owner === '' && isSame(object, before.get(change.address))
  }
}

/** Who changes no field leaves what is there. What was applied last is noted by the plan. */
const hashAfter = (
  change: Change,
  { spec }: DesiredObject,
  was: DigestedObject | undefined,
): string => {
  const isLeft = changesWhatIsThere(change) && !change.fields.some(isOfSpec)
  return (isLeft ? was?.specHash : undefined) ?? specHash(spec)
}

const isOfSpec = ({ path }: { readonly path: string }): boolean => !path.startsWith('lifecycle.')

type Contents = Pick<DigestedObject, 'specHash' | 'isProtected' | 'reconcile'>

const isSame = (found: Contents, meant: Contents | undefined): boolean =>
  found.specHash === meant?.specHash &&
  found.isProtected === meant.isProtected &&
  found.reconcile === meant.reconcile

/** What was live before these changes, if nothing else has changed since. */
export function digestBefore(saved: SavedPlan, there: readonly Change[], live: LiveState): string {
  const made = new Set(there.map(({ address }) => address))
  const before = new Map(saved.base?.map((each) => [each.address, each]))
  const changed = there.filter(
    (change) => changesWhatIsThere(change) && change.adoptedFrom === undefined,
  )
  return digestOf([
    ...live.objects
      .filter((each) => each.owner === saved.owner && !made.has(addressOf(each)))
      .map(digested),
    ...changed.flatMap((change) => before.get(formerAddress(change)) ?? []),
  ])
}
