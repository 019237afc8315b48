import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { outputFiles } from '../../src/cli/output/index.ts'
import { schemaOf } from '../../src/config/published-schema.ts'
import { KINDS, type Kind, schemaFiles } from '../../src/config/schemas/index.ts'

const FOLDER = new URL('../../schemas/', import.meta.url)

/** The text of each schema in a folder, by its name. */
const written = (folder: URL): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]),
  )

test('schemas/ is what `npm run schemas` writes', () => {
  expect(written(FOLDER)).toEqual(new Map([...schemaFiles()].sort()))
  expect(written(new URL('output/', FOLDER))).toEqual(new Map([...outputFiles()].sort()))
})

test.for(Object.entries(KINDS))(
  '%s is checked by the schema that it has here',
  ([kind, schema]) => {
    const { $schema: _dialect, ...read } = schemaOf(kind as Kind)
    expect(read).toEqual(JSON.parse(JSON.stringify(schema)))
  },
)

/** Every schema below this one that stands for a field. */
function fieldsOf(schema: unknown, path: string): [string, Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]): [string, Record<string, unknown>][] => {
    if (key !== 'properties') return fieldsOf(value, `${path}/${key}`)
    return Object.entries(value as Record<string, Record<string, unknown>>).flatMap(
      ([name, field]) => [[`${path}/${name}`, field], ...fieldsOf(field, `${path}/${name}`)],
    )
  })
}

test('an editor can explain every field of every kind', () => {
  const fields = [...schemaFiles()]
    .filter(([name]) => name !== 'tokenidp.json')
    .flatMap(([name, text]) => fieldsOf(JSON.parse(text), name))
  expect(fields.length).toBeGreaterThan(80)
  const silent = fields.filter(([, field]) => !field.description || !field.examples)
  expect(silent.map(([path]) => path)).toEqual([])
})

test('every object refuses fields that it does not know', () => {
  const open = [...schemaFiles().values()]
    .flatMap((text) => text.match(/"properties": \{|"additionalProperties": false/g) ?? [])
    .filter((match) => match.startsWith('"properties'))
  const closed = [...schemaFiles().values()].flatMap(
    (text) => text.match(/"additionalProperties": false/g) ?? [],
  )
  // The root and its `if`s dispatch only: they leave the fields to the kind.
  expect(closed.length).toBeGreaterThanOrEqual(open.length - 1 - 9)
})
