import { canonicalJson, isJsonObject, type Json } from '../../base/json.ts'
import type { Path } from '../locate.ts'
import type { Ledger } from './ledger.ts'
import { isList, type Pattern, pathText, relation } from './path.ts'

/** Something of an export that is not, or not just so, in the documents. */
export interface NotCarried {
  readonly path: string
  readonly was: string
  readonly instead: string
}

/** What is said of a field that nobody takes over. */
export interface Remark {
  readonly pattern: Pattern
  readonly was: string
  readonly instead: string
  /** With this value it asks for nothing, and is not told of. */
  readonly unless?: Json
}

const NOTHING = 'nothing here is like it; see what relied on it'

/**
 * What was told, and whatever nobody took over: an unread field never vanishes. In the order of the export. A switch that
 * is off and an empty text ask for nothing.
 */
export function notCarried(
  ledger: Ledger,
  root: Json,
  remarks: readonly Remark[],
): readonly NotCarried[] {
  const told = Map.groupBy(ledger.told, ({ path }) => pathText(path))
  const found: NotCarried[] = []
  const tell = (key: string): void => {
    for (const { was, instead } of told.get(key) ?? []) found.push({ path: key, was, instead })
    told.delete(key)
  }
  const visit = (value: Json, path: Path, isDone: boolean): void => {
    const key = pathText(path)
    tell(key)
    const isOpen = !isDone && !ledger.isDone(path)
    const line = isOpen && !ledger.isTouched(path) ? lineOf(value, path, remarks) : undefined
    if (line?.was) found.push({ path: key, ...line })
    for (const [name, member] of membersOf(value))
      visit(member, [...path, name], !isOpen || line !== undefined)
  }
  visit(root, [], false)
  for (const key of [...told.keys()]) tell(key)
  return found
}

const SILENCE = { was: '', instead: '' }

/** Of what nobody looked at, one line for as much as possible; undefined where its parts need lines of their own. */
function lineOf(value: Json, path: Path, remarks: readonly Remark[]) {
  const remark = remarks.find(({ pattern }) => relation(pattern, path) === 'same')
  if (remark !== undefined) {
    const { was, instead, unless } = remark
    const isNothing = unless === undefined ? isVoid(value) : isSame(value, unless)
    return isNothing || isVoid(value) ? SILENCE : { was, instead }
  }
  const isInside = ({ pattern }: Remark): boolean => relation(pattern, path) === 'inside'
  if (isContainer(value) && remarks.some(isInside)) return undefined
  return asksNothing(value) ? SILENCE : { was: described(value), instead: NOTHING }
}

const isContainer = (value: Json): boolean => typeof value === 'object' && value !== null

function membersOf(value: Json): readonly (readonly [string | number, Json])[] {
  if (isList(value)) return value.map((each, index) => [index, each] as const)
  return isJsonObject(value) ? Object.entries(value) : []
}

/** Nothing was said at all. */
const isVoid = (value: Json): boolean =>
  isContainer(value)
    ? membersOf(value).every(([, member]) => isVoid(member))
    : value === null || value === ''

const OFF: ReadonlySet<Json> = new Set([false, 'false', 0, '0'])

const asksNothing = (value: Json): boolean =>
  isContainer(value)
    ? membersOf(value).every(([, member]) => asksNothing(member))
    : isVoid(value) || OFF.has(value)

const isSame = (left: Json, right: Json): boolean => canonicalJson(left) === canonicalJson(right)

/** Texts may be secret, so none is shown. */
function described(value: Json): string {
  if (typeof value === 'string') return 'a text'
  if (!isContainer(value)) return String(value)
  const count = leaves(value)
  return count === 1 ? 'one value' : `${count} values`
}

const leaves = (value: Json): number =>
  isContainer(value)
    ? membersOf(value).reduce((sum, [, member]) => sum + leaves(member), 0)
    : Number(!isVoid(value))
