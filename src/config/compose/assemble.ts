import type { Position, Related } from '../../base/diagnostic.ts'
import { isJsonObject, type Json } from '../../base/json.ts'
import type { Path } from '../locate.ts'
import type { Origin, ParsedDocument } from '../parse.ts'
import { lazilyVia, type Via } from '../via.ts'
import type { Substituted } from './substitute.ts'

/** A document with another value, whose parts know where they come from. */
export function assembled(
  own: ParsedDocument,
  value: Json,
  originOf: (path: Path) => Origin,
): ParsedDocument {
  const placed =
    (placeOf: (origin: Origin) => Position) =>
    (path: Path): Position =>
      lazilyVia(
        () => placeOf(originOf(path)),
        () => viaOf(originOf(path), own),
      )
  return {
    file: own.file,
    value,
    originOf,
    at: placed(({ source, path }) => source.at(path)),
    atKey: placed(({ source, path, isInside }) =>
      isInside ? source.at(path) : source.atKey(path),
    ),
    within(path, part) {
      const { source, path: there } = originOf(path)
      return source.within(there, part)
    },
  }
}

/** The document with its placeholders replaced. */
export function substituted(own: ParsedDocument, { value, uses }: Substituted): ParsedDocument {
  const byPath = new Map(uses.map((use) => [keyOf(use.path), use]))
  return assembled(own, value, (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const use = byPath.get(keyOf(path.slice(0, length)))
      if (use !== undefined) return { source: own, ...use, isInside: length < path.length }
    }
    return { source: own, path, standIns: [], isInside: false }
  })
}

const keyOf = (path: Path): string => path.join('\0')

export const originIn = (source: ParsedDocument, path: Path): Origin =>
  source.originOf?.(path) ?? { source, path, standIns: [], isInside: false }

const addressOf = ({ value }: ParsedDocument): string => {
  const { kind, metadata } = isJsonObject(value) ? value : {}
  const { tenant, name } = isJsonObject(metadata) ? metadata : {}
  return [kind, tenant, name].filter((each) => each !== undefined).join('/')
}

function viaOf({ source, standIns }: Origin, own: ParsedDocument): Via {
  const placed = standIns.flatMap(({ name, from, at }): Related[] =>
    at === undefined ? [] : [{ message: FROM_WORDS[from](name), at }],
  )
  const object: Related[] =
    source === own
      ? []
      : [{ message: `it is a part of ${addressOf(own)}`, at: own.at(['metadata', 'name']) }]
  return { related: [...placed, ...object], isStandIn: standIns.length > 0 }
}

const FROM_WORDS = {
  flag: (name: string) => `"${name}", which has its value from --var, is declared here`,
  process: (name: string) => `"${name}", which has its value from outside, is declared here`,
  environment: (name: string) => `the value of "${name}" is written here`,
  default: (name: string) => `the value of "${name}" is written here`,
  file: (name: string) => `the text is that of ${name}`,
} as const
