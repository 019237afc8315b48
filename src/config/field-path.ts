import type { Json, JsonObject } from '../base/json.ts'

/** One step of a path such as `clientAuth.secrets[2026-q3].expiresAt`. */
export type Step = { readonly member: string } | { readonly element: string }

// An address of IPv6 may stand inside an element: its bracket ends the element only before a dot, another or the end.
const STEP = /\.?([A-Za-z][A-Za-z0-9_-]*)|\[(.+?)\](?=$|\.|\[)/y

/** Undefined for a text that is no path. */
export function stepsOf(path: string): readonly Step[] | undefined {
  if (path.startsWith('.') || path.startsWith('[')) return undefined
  const found = [...path.matchAll(new RegExp(STEP, 'gy'))]
  if (found.reduce((length, [text]) => length + text.length, 0) !== path.length) return undefined
  if (found.length === 0) return undefined
  return found.map(([, member, element = '']) => (member === undefined ? { element } : { member }))
}

/** The path without what its elements are called: what rules go by. */
export const shapeOf = (steps: readonly Step[]): string =>
  steps
    .map((step, index) =>
      'element' in step ? '[]' : index === 0 ? step.member : `.${step.member}`,
    )
    .join('')

export const isElement = (value: Json, name: string): boolean =>
  typeof value === 'string' ? value === name : nameOf(value) === name

/** What an element of a list calls itself. */
export function nameOf(element: Json): string | undefined {
  if (typeof element === 'string') return element
  if (element === null || typeof element !== 'object' || isList(element)) return undefined
  const name = element.id ?? element.name
  return typeof name === 'string' ? name : undefined
}

export function valueAt(spec: Json | undefined, steps: readonly Step[]): Json | undefined {
  const [step, ...rest] = steps
  if (step === undefined || spec === undefined) return spec
  if ('element' in step)
    return isList(spec)
      ? valueAt(
          spec.find((each) => isElement(each, step.element)),
          rest,
        )
      : undefined
  return isMap(spec) ? valueAt(spec[step.member], rest) : undefined
}

/** Undefined takes away. Maps on the way are made; an element that is not there stays away. */
export function withValue(
  spec: JsonObject,
  steps: readonly Step[],
  value: Json | undefined,
): JsonObject {
  const made = changed(spec, steps, value)
  return isMap(made) ? made : spec
}

function changed(
  before: Json | undefined,
  [step, ...rest]: readonly Step[],
  value: Json | undefined,
): Json | undefined {
  if (step === undefined) return value
  if ('element' in step) {
    if (!isList(before)) return before
    return before.flatMap((each) => {
      if (!isElement(each, step.element)) return [each]
      const after = changed(each, rest, value)
      return after === undefined ? [] : [after]
    })
  }
  const map = isMap(before) ? before : {}
  const after = changed(map[step.member], rest, value)
  const { [step.member]: _before, ...others } = map
  if (after === undefined) return before === undefined ? undefined : others
  return { ...others, [step.member]: after }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value)
