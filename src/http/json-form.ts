import { HttpRefusal } from './errors.ts'

/** RFC 8707 §2: the one parameter that may have several values. */
const LISTS: ReadonlySet<string> = new Set(['resource'])

/** A string before a colon is a key; nothing else in JSON looks like it. */
const STRING = /"(?:[^"\\]|\\.)*"\s*(:?)/g

/** A flat JSON object as the form that says the same: every limit of a form is a limit of it. */
export function formOfJson(text: string): string {
  const members = Object.entries(objectIn(text))
  if ([...text.matchAll(STRING)].filter(([, colon]) => colon === ':').length !== members.length)
    throw refused('a member of the body is repeated')
  const pairs = members.flatMap(([name, value]) =>
    valuesOf(name, value).map((each) => [name, each]),
  )
  if (!pairs.flat().every((each) => each.isWellFormed()))
    throw refused('the body is not well-formed Unicode')
  return new URLSearchParams(pairs).toString()
}

function objectIn(text: string): object {
  const value = parsed(text)
  if (
    value === null ||
    typeof value !== 'object' ||
    Array.isArray(value) ||
    text.includes('\uFFFD')
  )
    throw refused('the body must be a JSON object')
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('the body is not valid JSON')
  }
}

function valuesOf(name: string, value: unknown): readonly string[] {
  const values: readonly unknown[] = LISTS.has(name) && Array.isArray(value) ? value : [value]
  if (!values.every((each) => typeof each === 'string'))
    throw refused('the members of the body must be strings')
  return values
}

const refused = (message: string): HttpRefusal => new HttpRefusal(400, message)
