import type { Json } from '../../base/json.ts'
import type { Path } from '../locate.ts'

/** As people write it: `clients[3].attributes["saml.authnstatement"]`. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    if (!/^[A-Za-z_$][\w$-]*$/.test(part)) return `${text}[${JSON.stringify(part)}]`
    return text === '' ? part : `${text}.${part}`
  }, '') || '.'

/** `clients/#/attributes/saml.*`: # is any item, and * any end of a name. */
export type Pattern = string

const fits = (wanted: string, part: string | number): boolean => {
  if (typeof part === 'number') return wanted === '#'
  return wanted.endsWith('*') ? part.startsWith(wanted.slice(0, -1)) : wanted === part
}

/** They are compared with every place of an export. */
const known = new Map<Pattern, readonly string[]>()

function partsOf(pattern: Pattern): readonly string[] {
  const parts = known.get(pattern) ?? pattern.split('/')
  known.set(pattern, parts)
  return parts
}

/** Whether the pattern means this very place, something in it, or neither. */
export function relation(pattern: Pattern, path: Path): 'same' | 'inside' | undefined {
  const wanted = partsOf(pattern)
  if (wanted.length < path.length) return undefined
  if (!path.every((part, index) => fits(wanted[index] ?? '', part))) return undefined
  return wanted.length === path.length ? 'same' : 'inside'
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
