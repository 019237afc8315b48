import { digest } from '../../base/digest.ts'
import { canonicalJson, type JsonObject } from '../../base/json.ts'
import { addressOf, type DesiredState } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'

export const specHash = (spec: JsonObject): string => digest(canonicalJson(spec))

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

/** One value for what an owner has live: where it is the same, the same plan is right. */
export const liveDigest = (objects: readonly ConfigObject[], owner: string): string =>
  digest(
    objects
      .filter((each) => each.owner === owner)
      .map((each) => `${addressOf(each)} ${each.specHash} ${each.appliedHash}${flags(each)}\n`)
      .sort()
      .join(''),
  )

const flags = (object: Pick<ConfigObject, 'isProtected' | 'reconcile'>): string =>
  `${object.isProtected ? ' protected' : ''}${object.reconcile === 'full' ? '' : ` ${object.reconcile}`}`
