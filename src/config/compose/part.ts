import { isJsonObject, type Json } from '../../base/json.ts'
import type { Path } from '../locate.ts'
import type { Origin, ParsedDocument } from '../parse.ts'
import { originIn } from './assemble.ts'

/** Who wrote a value; its parts say it where they are not all from that place. */
export interface Trace {
  readonly source: ParsedDocument
  readonly path: Path
  readonly parts?: ReadonlyMap<string, Trace>
}

/** A value that remembers who wrote what of it. */
export interface Part {
  readonly value: Json
  readonly trace: Trace
}

export const partAt = (source: ParsedDocument, path: Path, value: Json): Part => ({
  value,
  trace: { source, path },
})

export const isMap = ({ value }: Part): boolean => isJsonObject(value)

export const isList = ({ value }: Part): boolean => Array.isArray(value)

/** The members of a map, or the elements of a list by their index. */
export const membersOf = ({ value, trace }: Part): ReadonlyMap<string, Part> =>
  new Map(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).map(
      ([name, member]: [string, Json]) => [
        name,
        {
          value: member,
          trace: trace.parts?.get(name) ?? { source: trace.source, path: [...trace.path, name] },
        },
      ],
    ),
  )

/** `gone` are members that somebody took away, with where that was said. */
export const mapOf = (
  { source, path }: Trace,
  members: ReadonlyMap<string, Part>,
  gone: ReadonlyMap<string, Trace> = new Map(),
): Part => ({
  value: Object.fromEntries([...members].map(([name, { value }]) => [name, value])),
  trace: { source, path, parts: new Map([...gone, ...tracesOf(members)]) },
})

export const listOf = ({ source, path }: Trace, elements: readonly Part[]): Part => ({
  value: elements.map(({ value }) => value),
  trace: {
    source,
    path,
    parts: tracesOf(new Map(elements.map((each, index) => [String(index), each]))),
  },
})

const tracesOf = (members: ReadonlyMap<string, Part>): ReadonlyMap<string, Trace> =>
  new Map([...members].map(([name, { trace }]) => [name, trace]))

/** Who wrote what is at that path; who wrote the nearest parent when nobody did. */
export function originAt(trace: Trace, path: Path): Origin {
  let at = trace
  for (const [depth, step] of path.entries()) {
    const part = at.parts?.get(String(step))
    if (part === undefined) return originIn(at.source, [...at.path, ...path.slice(depth)])
    at = part
  }
  return originIn(at.source, at.path)
}
