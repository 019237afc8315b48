import type { Json } from '../../base/json.ts'

/** Why a text is not JSON, and where. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem'
  readonly why: 'syntax' | 'twice' | 'deep' | 'forbidden'
  readonly start: number
  readonly end: number

  constructor(
    why: JsonProblem['why'],
    message: string,
    place: readonly [start: number, end: number],
  ) {
    super(message)
    this.why = why
    this.start = place[0]
    this.end = place[1]
  }
}

const MAX_DEPTH = 100
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const SPACE = /[ \t\r\n]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y
const WORD = /true|false|null/y

/** How far a text has been read. */
interface Reading {
  readonly text: string
  at: number
}

/**
 * Any number of JSON values, one after the other. Reads them itself, because JSON.parse knows no place and keeps the
 * last of two members with one name.
 */
export function readJson(text: string): readonly Json[] {
  const reading: Reading = { text, at: text.startsWith('\uFEFF') ? 1 : 0 }
  const values: Json[] = []
  for (skipSpace(reading); reading.at < text.length; skipSpace(reading))
    values.push(readValue(reading, 0))
  return values
}

function readValue(reading: Reading, depth: number): Json {
  skipSpace(reading)
  if (depth > MAX_DEPTH)
    fail(reading, 'deep', `nested too deeply; the limit is ${MAX_DEPTH} levels`)
  const sign = reading.text[reading.at]
  if (sign === '{') return readObject(reading, depth + 1)
  if (sign === '[') return readList(reading, depth + 1)
  if (sign === '"') return readString(reading)
  const number = match(reading, NUMBER)
  if (number !== undefined) return Number(number)
  const word = match(reading, WORD)
  if (word === undefined) return fail(reading, 'syntax', `a value is expected${foundAt(reading)}`)
  return word === 'null' ? null : word === 'true'
}

function readObject(reading: Reading, depth: number): Json {
  const members = new Map<string, Json>()
  readItems(reading, '}', () => {
    skipSpace(reading)
    const start = reading.at
    if (reading.text[start] !== '"')
      fail(reading, 'syntax', `a name in quotes is expected${foundAt(reading)}`)
    const name = readString(reading)
    if (FORBIDDEN.has(name)) fail(reading, 'forbidden', `a key cannot be ${name}`, start)
    if (members.has(name))
      fail(reading, 'twice', `the key "${name.slice(0, 80)}" is written twice`, start)
    expect(reading, ':')
    members.set(name, readValue(reading, depth))
  })
  return Object.fromEntries(members)
}

function readList(reading: Reading, depth: number): Json {
  const items: Json[] = []
  readItems(reading, ']', () => void items.push(readValue(reading, depth)))
  return items
}

function readItems(reading: Reading, end: string, readOne: () => void): void {
  reading.at++
  skipSpace(reading)
  for (let isMore = reading.text[reading.at] !== end; isMore; ) {
    readOne()
    skipSpace(reading)
    isMore = reading.text[reading.at] === ','
    if (isMore) reading.at++
  }
  expect(reading, end)
}

/** No pattern: it would remember each letter of a long text. */
function readString(reading: Reading): string {
  const { text, at: start } = reading
  let end = text.indexOf('"', start + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  try {
    const value: unknown = JSON.parse(text.slice(start, end < 0 ? start + 1 : end + 1))
    reading.at = end + 1
    return String(value)
  } catch {
    return fail(reading, 'syntax', 'this text has no end, or a character that must be escaped')
  }
}

function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}

function match(reading: Reading, pattern: RegExp): string | undefined {
  pattern.lastIndex = reading.at
  const found = pattern.exec(reading.text)?.[0]
  reading.at += found?.length ?? 0
  return found
}

const skipSpace = (reading: Reading): void => void match(reading, SPACE)

function expect(reading: Reading, sign: string): void {
  skipSpace(reading)
  if (reading.text[reading.at] !== sign)
    fail(reading, 'syntax', `${sign} is expected${foundAt(reading)}`)
  reading.at++
}

/** At the place where reading is, or at what began at `start`. */
function fail(reading: Reading, why: JsonProblem['why'], message: string, start?: number): never {
  const place = start === undefined ? [reading.at, reading.at + 1] : [start, reading.at]
  throw new JsonProblem(why, message, [place[0] ?? 0, place[1] ?? 1])
}

const foundAt = ({ text, at }: Reading): string =>
  at < text.length ? `, not ${JSON.stringify(text[at])}` : ', and the text ends here'
