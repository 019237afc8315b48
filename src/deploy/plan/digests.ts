import { digest } from '../../base/digest.ts'
import { canonicalJson, type JsonObject } from '../../base/json.ts'
import { addressOf, type DesiredState } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'

/** Asked for again and again while one plan is made and applied. */
const known = new WeakMap<JsonObject, string>()

export function specHash(spec: JsonObject): string {
  const before = known.get(spec)
  if (before !== undefined) return before
  const hash = digest(canonicalJson(spec))
  known.set(spec, hash)
  return hash
}

/** The hash of each desired spec, by address: computed once for all who ask. */
export const hashesOf = (desired: DesiredState): ReadonlyMap<string, string> =>
  new Map(desired.objects.map((object) => [addressOf(object), specHash(object.spec)]))

/** One value for one desired state, in every database. Free of secrets. */
export const desiredDigest = (desired: DesiredState, hashes: ReadonlyMap<string, string>): string =>
  digest(
    desired.objects
      .map((each) => {
        const address = addressOf(each)
        return `${address} ${hashes.get(address)}${flags(each)}\n`
      })
      .join(''),
  )

/** One object, as the digest of what is live has it. */
export interface DigestedObject
  extends Pick<ConfigObject, 'specHash' | 'appliedHash' | 'isProtected' | 'reconcile'> {
  readonly address: string
}

export const digested = (object: ConfigObject): DigestedObject => ({
  address: addressOf(object),
  specHash: object.specHash,
  appliedHash: object.appliedHash,
  isProtected: object.isProtected,
  reconcile: object.reconcile,
})

/** One value for what an owner has live: where it is the same, the same plan is right. */
export function liveDigest(objects: readonly ConfigObject[], owner: string): string {
  const known = liveDigests.get(objects)
  if (known?.owner === owner) return known.value
  const value = digestOf(objects.filter((each) => each.owner === owner).map(digested))
  liveDigests.set(objects, { owner, value })
  return value
}

export const digestOf = (objects: readonly DigestedObject[]): string =>
  digest(
    objects
      .map((each) => `${each.address} ${each.specHash} ${each.appliedHash}${flags(each)}\n`)
      .sort()
      .join(''),
  )

/** One apply asks several times about one state. */
const liveDigests = new WeakMap<readonly ConfigObject[], { owner: string; value: string }>()

const flags = (object: Pick<ConfigObject, 'isProtected' | 'reconcile'>): string =>
  `${object.isProtected ? ' protected' : ''}${object.reconcile === 'full' ? '' : ` ${object.reconcile}`}`
