import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'
import { isInForce } from '../deploy/override/in-force.ts'
import type { NamedOverride } from '../deploy/override/named.ts'
import { instantText } from './io.ts'
import { printable } from './printable.ts'

/** What is in force then, as other programs read it. */
export const overridesBody = (
  overrides: readonly NamedOverride[],
  now: EpochSeconds,
): readonly JsonObject[] =>
  overrides
    .filter((each) => isInForce(each, now))
    .map((each) => ({
      address: each.address,
      path: each.path,
      value: each.value,
      isRelaxing: each.isRelaxing,
      expiresAt: each.expiresAt,
      remaining: each.expiresAt - now,
      reason: each.reason,
      actor: each.actor,
      createdAt: each.createdAt,
    }))

/** One line for each that is in force then; nothing where there is none. */
export const overridesText = (overrides: readonly NamedOverride[], now: EpochSeconds): string =>
  overrides
    .filter((each) => isInForce(each, now))
    .map((each) => `Override in force: ${overrideText(each, now)}\n`)
    .join('')

export const overrideText = (override: NamedOverride, now: EpochSeconds): string =>
  printable(
    [
      `${override.address} ${assignmentText(override)} for ${lengthText(override.expiresAt - now)}`,
      `until ${instantText(override.expiresAt)}${override.isRelaxing ? ', relaxing' : ''}`,
      `by ${override.actor}: ${override.reason}`,
    ].join(', '),
  )

/** As it was set. */
function assignmentText({ path, value }: NamedOverride): string {
  const [, list, element] = /^([^[]+(?:\[.+?\]\.[^[]+)*)\[(.+)\]$/s.exec(path) ?? []
  if (value === null && list !== undefined) return `${list}-=${element}`
  return `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`
}

const UNITS: readonly (readonly [Seconds, string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
]

/** The two largest units that it has: `3h 59m`. */
function lengthText(length: Seconds): string {
  const first = UNITS.findIndex(([unit]) => length >= unit)
  const parts = UNITS.slice(Math.max(0, first)).map(([unit, sign], index, units) => {
    const above = index === 0 ? length : length % (units[index - 1]?.[0] ?? 1)
    return { count: Math.floor(above / unit), sign }
  })
  return parts
    .slice(0, 2)
    .filter(({ count }, index) => index === 0 || count > 0)
    .map(({ count, sign }) => `${count}${sign}`)
    .join(' ')
}
