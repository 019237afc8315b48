export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** For what `JSON.parse` or a YAML reader made: anything else in it is not looked at. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One text for one value, whatever the order its members were written in (RFC 8785 for our values). */
export const canonicalJson = (value: Json): string =>
  // Thousands of specs are hashed for a plan, and most are made in order: then a look is all it takes.
  isInOrder(value) ? JSON.stringify(value) : ordered(value)

function isInOrder(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (isList(value)) return value.every(isInOrder)
  let previous = ''
  for (const name in value) {
    if (name < previous || !isInOrder(value[name] ?? null)) return false
    previous = name
  }
  return true
}

function ordered(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(ordered).join(',')}]`
  if (value === null || typeof value !== 'object') return String(value)
  let members = ''
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member === undefined) continue
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${ordered(member)}`
  }
  return `{${members}}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
