import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { originIn } from './compose/assemble.ts'
import type { Place } from './desired-state.ts'
import { nameOf } from './field-path.ts'
import type { Path } from './locate.ts'
import { normalSpec } from './normal.ts'
import type { StandIn } from './parse.ts'
import { schemaOf } from './published-schema.ts'
import type { Item } from './schema.ts'
import { writtenSpec } from './written.ts'
import { writtenName } from './written-name.ts'

/** One value of an object, and who says so. */
export interface Provenance {
  /** As documents have it: `spec.redirectUris[0]`. */
  readonly path: string
  readonly value: Json
  readonly from: 'document' | 'profile' | 'patch' | 'default'
  /** Of the profile or the patch. */
  readonly name?: string
  /** Where it is written; a default is written nowhere. */
  readonly at?: Place
  /** What stands there instead of the value, and where that has it from. */
  readonly standIns: readonly StoodIn[]
}

export interface StoodIn extends Pick<StandIn, 'name' | 'from'> {
  /** Where the value is written; for what comes from outside, where the variable is declared. */
  readonly at?: Place
}

/** Every value of an object, also those that go without saying; no secret. */
export function provenanceOf(item: Item): readonly Provenance[] {
  const said = item.document as unknown as JsonObject
  const members = memberOf(schemaOf(item.kind), 'properties')
  const spec = writtenSpec(item.kind, normalSpec(item), () => '').spec
  return [
    ...valuesIn(memberOf(members, 'metadata'), said.metadata, undefined, {
      path: ['metadata'],
      item,
    }),
    ...valuesIn(memberOf(members, 'lifecycle'), said.lifecycle, undefined, {
      path: ['lifecycle'],
      item,
    }),
    ...valuesIn(memberOf(members, 'spec'), said.spec, spec, { path: ['spec'], item }),
  ]
}

interface At {
  readonly path: Path
  readonly item: Item
}

/** `said` is what somebody wrote, `whole` what it comes to with all defaults. */
function valuesIn(
  schema: JsonObject,
  said: Json | undefined,
  whole: Json | undefined,
  { path, item }: At,
): readonly Provenance[] {
  if (said === undefined) return whole === undefined ? [] : defaultsIn(whole, path)
  if (isSecret(schema, said)) return [written(item, path, HIDDEN)]
  if (isList(said) && said.length > 0)
    return said.flatMap((each, index) =>
      valuesIn(memberOf(schema, 'items'), each, sameIn(whole, each), {
        path: [...path, index],
        item,
      }),
    )
  if (!isJsonObject(said) || Object.keys(said).length === 0) return [written(item, path, said)]
  const wholes = isJsonObject(whole) ? whole : {}
  return namesIn(schema, said, wholes).flatMap((name) =>
    valuesIn(memberOf(memberOf(schema, 'properties'), name), said[name], wholes[name], {
      path: [...path, name],
      item,
    }),
  )
}

const HIDDEN = '***'

/** A literal where a reference could be. */
const isSecret = (schema: JsonObject, value: Json): boolean =>
  memberOf(schema, 'properties').fromEnv !== undefined && typeof value === 'string'

/** In the order in which people read them. */
const namesIn = (schema: JsonObject, ...values: readonly JsonObject[]): readonly string[] => {
  const names = new Set(values.flatMap((each) => Object.keys(each)))
  const known = Object.keys(memberOf(schema, 'properties')).filter((name) => names.has(name))
  return [...new Set([...known, ...names])]
}

/** Elements are in another order once they are sorted; those with names are found by them. */
const sameIn = (whole: Json | undefined, element: Json): Json | undefined =>
  isJsonObject(element) && whole !== undefined && isList(whole)
    ? whole.find((each) => nameOf(each) === nameOf(element))
    : undefined

function defaultsIn(value: Json, path: Path): readonly Provenance[] {
  if (!isJsonObject(value)) return [{ path: pathText(path), value, from: 'default', standIns: [] }]
  return Object.entries(value).flatMap(([name, each]) => defaultsIn(each, [...path, name]))
}

function written(item: Item, path: Path, value: Json): Provenance {
  const { source, path: there, standIns } = originIn(item.source, path)
  const kind = isJsonObject(source.value) ? source.value.kind : undefined
  const isOwn = kind === item.kind
  const from = kind === 'Profile' ? 'profile' : 'patch'
  return {
    path: pathText(path),
    value,
    from: isOwn ? 'document' : from,
    ...(isOwn ? {} : { name: writtenName(source) }),
    at: placeOf(source.at(there)),
    standIns: standIns.map(({ name, from: whence, at }) => ({
      name,
      from: whence,
      ...(at === undefined ? {} : { at: placeOf(at) }),
    })),
  }
}

const placeOf = ({ file, line }: Place): Place => ({ file, line })

const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : `${text}${text === '' ? '' : '.'}${step}`,
    '',
  )

const memberOf = (schema: JsonObject, name: string): JsonObject => {
  const member = schema[name]
  return isJsonObject(member) ? member : {}
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
