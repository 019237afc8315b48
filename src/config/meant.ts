import { nearest } from '../base/nearest.ts'
import { REPLACED, SAME_FORM, SAME_VALUE, SYNONYMS } from './synonyms.ts'

/** What a person who wrote something else most likely wanted. */
export interface Meant {
  readonly text: string
  /** Whether a program may write it instead. */
  readonly isSame: boolean
}

/** Among the fields of a place; a dotted one is further down. */
export function meantField(written: string, fields: readonly string[]): Meant | undefined {
  const synonyms = Object.hasOwn(SYNONYMS, written) ? [SYNONYMS[written] ?? []].flat() : []
  const synonym = synonyms.find((each) => fields.includes(topOf(each)))
  if (synonym !== undefined)
    return { text: synonym, isSame: SAME_FORM.has(written) && !synonym.includes('.') }
  const near = nearest(written.replaceAll(/[_-]/g, ''), fields)
  return near === undefined ? undefined : { text: near, isSame: true }
}

/** The field of the place itself that leads to it. */
export const topOf = (field: string): string => field.split('.', 1)[0] ?? field

export function meantValue(written: string, allowed: readonly string[]): string | undefined {
  const known = Object.hasOwn(SAME_VALUE, written) ? (SAME_VALUE[written] ?? []) : []
  return known.find((each) => allowed.includes(each)) ?? nearest(written, allowed)
}

/** What is said instead of a value that is no longer taken by anybody. */
export function replacementOf(written: string, allowed: readonly string[]): string | undefined {
  const [among, hint] = Object.hasOwn(REPLACED, written) ? (REPLACED[written] ?? []) : []
  return among !== undefined && allowed.includes(among) ? hint : undefined
}

const IN_WORDS =
  /^(\d{1,9})\s*(s|m|h|d|w)(?:ec|ecs|econd|econds|in|ins|inute|inutes|r|rs|our|ours|ay|ays|eek|eeks)?$/
const ISO = /^PT?(\d{1,9})([SMHDW])$/

/** `15 minutes` and `PT15M` → `15m`. */
export function meantDuration(written: string): string | undefined {
  const [, iso, letter] = ISO.exec(written) ?? []
  if (iso !== undefined && letter !== undefined) {
    const isMonths = letter === 'M' && !written.startsWith('PT')
    return isMonths ? undefined : `${iso}${letter.toLowerCase()}`
  }
  const [, amount, unit] = IN_WORDS.exec(written.toLowerCase()) ?? []
  return amount !== undefined && unit !== undefined ? `${amount}${unit}` : undefined
}

const WORDS: Readonly<Record<string, string>> = {
  yes: 'true',
  on: 'true',
  y: 'true',
  no: 'false',
  off: 'false',
  n: 'false',
}

/** A value of another type, in the type that is asked for: the text of YAML. */
export function meantType(written: unknown, type: unknown): string | undefined {
  if (typeof written !== 'string') return undefined
  if (type === 'boolean') {
    const word = written.toLowerCase()
    if (word === 'true' || word === 'false') return word
    return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
  }
  if (type !== 'array') return undefined
  const parts = written.split(/[\s,]+/).filter((part) => part !== '')
  return parts.length === 0 ? undefined : `[${parts.map(plain).join(', ')}]`
}

/** Quoted where `[a, b]` would take a part of it for its own. */
export const plain = (text: string): string =>
  /^[A-Za-z][\w./+-]*(:[\w./+-]+)*$/.test(text) && !/^(?:true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text)
