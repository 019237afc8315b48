import { nearest } from '../../base/nearest.ts'
import type { Seconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import { FieldError } from '../../config/field-error.ts'
import type { ConfigObject, LiveState, Override } from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'
import { readPut } from './asked.ts'
import { type Changed, commitOverrides, type Overriding } from './history.ts'
import { withOverrides } from './in-force.ts'

interface Loaded extends Overriding {
  /** The servers' own loader: what it refuses is not committed. */
  readonly compile: (live: LiveState) => unknown
}

export interface Asked {
  readonly address: string
  /** Such as `disabled=true` and `redirectUris-=https://…`. */
  readonly changes: readonly string[]
  readonly lifetime: Seconds
  readonly mayRelax: boolean
}

/** Puts values over those of an object until they end, or changes nothing and throws. */
export const setOverrides = (overriding: Loaded, asked: Asked): Promise<Changed> =>
  overriding.config.transaction(overriding.lockTimeoutMs, async (tx) => {
    const { by } = overriding
    const live = await tx.live()
    const object = objectAt(live.objects, asked.address)
    const overrides = asked.changes.map((text) => ({
      ...readPut(object, text, asked.mayRelax),
      uid: object.uid,
      expiresAt: by.now + asked.lifetime,
      reason: by.reason ?? '',
      actor: by.actor,
      createdAt: by.now,
    }))
    checkLoads(adding(live, overrides), asked, overriding)
    for (const override of overrides) await tx.putOverride(override)
    const happened = overrides.map((override) => ({
      action: 'override' as const,
      object,
      override,
    }))
    return commitOverrides(tx, live, happened, overriding)
  })

/** Takes back one override of an object, or all. */
export const clearOverrides = (
  overriding: Overriding,
  address: string,
  path: string | undefined,
): Promise<Changed> =>
  overriding.config.transaction(overriding.lockTimeoutMs, async (tx) => {
    const live = await tx.live()
    const object = objectAt(
      [...live.objects, ...live.tombstones.map((each) => each.object)],
      address,
    )
    const own = live.overrides.filter(({ uid }) => uid === object.uid)
    const cleared = own.filter((each) => path === undefined || each.path === pathOf(path))
    if (cleared.length === 0) throw notThere(address, path, own)
    await tx.dropOverrides(object.uid, path === undefined ? undefined : pathOf(path))
    const happened = cleared.map((override) => ({
      action: 'override-clear' as const,
      object,
      override,
    }))
    return commitOverrides(tx, live, happened, overriding)
  })

/** Taking an element away is cleared by the words it was set with. */
const pathOf = (text: string): string => text.replace(/^([^=[\]]+)-=(.+)$/s, '$1[$2]')

const adding = (live: LiveState, added: readonly Override[]): LiveState => ({
  ...live,
  overrides: [
    ...live.overrides.filter(
      ({ uid, path }) => !added.some((each) => each.uid === uid && each.path === path),
    ),
    ...added,
  ],
})

function checkLoads(live: LiveState, asked: Asked, { compile, by }: Loaded): void {
  try {
    compile(withOverrides(live, by.now))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Refusal(
      'override',
      `with ${asked.changes.join(' ')}, ${asked.address} would not be valid: ${why}`,
      { cause },
    )
  }
}

function objectAt(objects: readonly ConfigObject[], address: string): ConfigObject {
  const found = objects.find((object) => addressOf(object) === address)
  if (found !== undefined) return found
  const meant = nearest(address, objects.map(addressOf))
  throw new FieldError(
    `there is no ${address} in what is applied`,
    meant === undefined
      ? 'write kind/tenant/name, for instance Application/acme/web'
      : `did you mean ${meant}?`,
  )
}

function notThere(address: string, path: string | undefined, own: readonly Override[]): FieldError {
  const what = path === undefined ? 'overrides' : `override of ${path}`
  const paths = own.map((each) => each.path)
  return new FieldError(
    `${address} has no ${what}`,
    paths.length === 0 ? 'tokenidp override list' : `it has ${paths.join(', ')}`,
  )
}
