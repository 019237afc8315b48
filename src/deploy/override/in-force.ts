import type { Json, JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import {
  isElement,
  type Step,
  shapeOf,
  stepsOf,
  valueAt,
  withValue,
} from '../../config/field-path.ts'
import type { ConfigObject, LiveState, Override, StoredSecret } from '../../store/config-port.ts'
import { restricted } from './restrictions.ts'

type Live = Pick<LiveState, 'objects' | 'secrets' | 'overrides'>

export const isInForce = ({ expiresAt }: Override, now: EpochSeconds): boolean => expiresAt > now

/** What is applied, with what operators put over it at this time. Objects without overrides stay the same values. */
export function withOverrides<T extends Live>(live: T, now: EpochSeconds): T {
  const inForce = live.overrides.filter((each) => isInForce(each, now))
  if (inForce.length === 0) return live
  const byUid = Map.groupBy(inForce, ({ uid }) => uid)
  const objects = live.objects.map((object) => overridden(object, byUid.get(object.uid) ?? []))
  const changed = new Map(objects.map((object) => [object.uid, object]))
  return {
    ...live,
    objects,
    secrets: live.secrets.map((secret) =>
      byUid.has(secret.ownerUid) ? endingWith(secret, changed.get(secret.ownerUid)) : secret,
    ),
  }
}

/** Lists before their elements, so that each override says what is left of the others. */
export const overridden = (
  object: ConfigObject,
  overrides: readonly Pick<Override, 'path' | 'value' | 'isRelaxing'>[],
): ConfigObject =>
  overrides.length === 0
    ? object
    : {
        ...object,
        spec: overrides
          .toSorted((left, right) => (left.path < right.path ? -1 : 1))
          .reduce((spec, each) => withOne(object.kind, spec, each), object.spec),
      }

function withOne(
  kind: string,
  spec: JsonObject,
  { path, value, isRelaxing }: Pick<Override, 'path' | 'value' | 'isRelaxing'>,
): JsonObject {
  const steps = stepsOf(path)
  if (steps === undefined) return spec
  if (!isRelaxing && isWithoutParent(spec, steps)) return spec
  const declared = valueAt(spec, steps)
  const wanted = value ?? undefined
  // The documents may have become stricter since it was set.
  const outcome = isRelaxing ? wanted : restricted(kind, steps, { declared, wanted })
  return isSame(declared, outcome) ? spec : withValue(spec, steps, outcome)
}

/** What is limited may be gone altogether. Only `requestObject` begins to matter by what is in it. */
export const isWithoutParent = (spec: JsonObject, steps: readonly Step[]): boolean =>
  steps.length > 1 &&
  valueAt(spec, steps.slice(0, -1)) === undefined &&
  shapeOf(steps) !== 'requestObject.required'

/** An absent list is an empty one. */
const isSame = (left: Json | undefined, right: Json | undefined): boolean =>
  left === right || (left === undefined && Array.isArray(right) && right.length === 0)

/** The end of a secret is in its row; what the spec says of it is what was put over that. */
function endingWith(secret: StoredSecret, owner: ConfigObject | undefined): StoredSecret {
  const declared = valueAt(owner?.spec, SECRETS)
  if (!Array.isArray(declared)) return secret
  const own = declared.find((each: Json) => isElement(each, secret.secretId))
  const expiresAt = valueAt(own, EXPIRES_AT)
  return typeof expiresAt === 'number' ? { ...secret, expiresAt } : secret
}

const SECRETS = [{ member: 'clientAuth' }, { member: 'secrets' }]
const EXPIRES_AT = [{ member: 'expiresAt' }]
