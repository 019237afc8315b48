export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** For what `JSON.parse` or a YAML reader made: anything else in it is not looked at. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One text for one value, whatever the order its members were written in (RFC 8785 for our values). */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return String(value)
  let members = ''
  // Thousands of specs are hashed for a plan: this is a loop because it takes half the time.
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member === undefined) continue
    members += `${members === '' ? '' : ','}${written(name)}:${canonicalJson(member)}`
  }
  return `{${members}}`
}

/** The same few names are in all of them. What has many names of its own is written each time. */
const names = new Map<string, string>()
const MOST_NAMES = 1000

function written(name: string): string {
  const known = names.get(name)
  if (known !== undefined) return known
  const text = JSON.stringify(name)
  if (names.size < MOST_NAMES) names.set(name, text)
  return text
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
