import { isJsonObject, type Json } from '../../base/json.ts'
import type { Path } from '../locate.ts'
import { isList } from './path.ts'

/** A value of an export: knows where it is, and remembers whether it was taken over or told of. */
export interface Foreign {
  readonly path: Path
  readonly value: Json | undefined
  at(name: string | number): Foreign
  /** Of a list; of anything else none. */
  items(): readonly Foreign[]
  /** Of a map; of anything else none. */
  members(): readonly (readonly [name: string, member: Foreign])[]
  /** Takes it over, if it is one, and not empty. */
  text(): string | undefined
  flag(): boolean | undefined
  count(): number | undefined
  /** Takes over all that is in it. */
  whole(): Json | undefined
  /** Tells of it, whatever else becomes of it. */
  tell(was: string, instead: string): void
  /** Tells of it and of all that is in it, at once. */
  skip(was: string, instead: string): void
}

export interface Told {
  readonly path: Path
  readonly was: string
  readonly instead: string
}

/** What became of the values of one export. */
export interface Ledger {
  readonly root: Foreign
  readonly told: readonly Told[]
  /** Taken over or told of, with all that is in it. */
  isDone(path: Path): boolean
  /** Something in it is done, or told of. */
  isTouched(path: Path): boolean
}

const keyOf = (path: Path): string => path.join('\0')

export function openLedger(value: Json): Ledger {
  const done = new Set<string>()
  const touched = new Set<string>()
  const told: Told[] = []

  const touch = (path: Path): void => {
    for (let length = path.length; length >= 0; length--) {
      const key = keyOf(path.slice(0, length))
      if (touched.has(key)) return
      touched.add(key)
    }
  }
  const finish = (path: Path): void => {
    done.add(keyOf(path))
    touch(path)
  }

  const foreign = (here: Json | undefined, path: Path): Foreign => {
    const take = <T extends Json>(found: T | undefined): T | undefined => {
      if (found !== undefined) finish(path)
      return found
    }
    const at = (name: string | number): Foreign => foreign(memberOf(here, name), [...path, name])
    const tell = (was: string, instead: string): void => {
      touch(path)
      told.push({ path, was: bounded(was), instead })
    }
    return {
      path,
      value: here,
      at,
      items: () => (isList(here) ? here.map((_, index) => at(index)) : []),
      members: () =>
        isJsonObject(here) ? Object.keys(here).map((name) => [name, at(name)] as const) : [],
      text: () => take(typeof here === 'string' && here !== '' ? here : undefined),
      flag: () => take(typeof here === 'boolean' ? here : undefined),
      count: () => take(typeof here === 'number' ? here : undefined),
      whole: () => take(here),
      tell,
      skip(was, instead) {
        finish(path)
        tell(was, instead)
      },
    }
  }
  return {
    root: foreign(value, []),
    told,
    isDone: (path) => done.has(keyOf(path)),
    isTouched: (path) => touched.has(keyOf(path)),
  }
}

const MOST = 200

const bounded = (text: string): string => (text.length <= MOST ? text : `${text.slice(0, MOST)}…`)

function memberOf(value: Json | undefined, name: string | number): Json | undefined {
  if (typeof name === 'number') return isList(value) ? value[name] : undefined
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
