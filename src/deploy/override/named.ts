import { addressOf } from '../../config/desired-state.ts'
import type { ConfigObject, LiveState, Override } from '../../store/config-port.ts'

export interface NamedOverride extends Override {
  /** The uid where the object is gone. */
  readonly address: string
}

/** Of deleted objects too: they come back with what was put over them. */
export function named(
  live: Pick<LiveState, 'objects' | 'tombstones' | 'overrides'>,
): readonly NamedOverride[] {
  if (live.overrides.length === 0) return []
  const known = objectsByUid(live)
  return live.overrides
    .map((each) => {
      const object = known.get(each.uid)
      return { ...each, address: object === undefined ? each.uid : addressOf(object) }
    })
    .sort((left, right) => (left.address < right.address ? -1 : 1))
}

export const objectsByUid = ({
  objects,
  tombstones,
}: Pick<LiveState, 'objects' | 'tombstones'>): ReadonlyMap<string, ConfigObject> =>
  new Map(
    [...tombstones.map(({ object }) => object), ...objects].map((object) => [object.uid, object]),
  )
