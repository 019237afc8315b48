import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts'
import { addressOf, type DesiredState } from '../../src/config/desired-state.ts'
import { durationText, seconds } from '../../src/config/duration.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { epochSeconds, instantText } from '../../src/config/instant.ts'
import { KIND_NAMES, type Kind } from '../../src/config/kinds.ts'
import { normalSpec } from '../../src/config/normal.ts'
import { combine, parse } from '../../src/config/parse.ts'
import { printDocuments } from '../../src/config/print.ts'
import { schemaOf } from '../../src/config/published-schema.ts'
import { checkSchemas } from '../../src/config/schema.ts'
import { writtenSpec } from '../../src/config/written.ts'
import { documentsOf, exportedFiles } from '../../src/deploy/export/files.ts'
import { selfSigned } from '../support/certificate.ts'
import { ROOT } from '../support/command.ts'
import { aProject, worker } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { rowsOf } from '../support/live.ts'

const stateIn = (from: string, environment?: string): DesiredState => {
  const found = readConfiguration({ from, ...(environment === undefined ? {} : { environment }) })
  if (found.outcome !== 'valid') throw new Error(JSON.stringify(found))
  return found.state
}

/** What two states have to have in common for a plan between them to be empty. */
const essence = (state: DesiredState) =>
  state.objects.map((object) => ({
    address: addressOf(object),
    spec: withoutLiterals(object.spec),
    isProtected: object.isProtected,
    reconcile: object.reconcile,
    secrets: object.secrets.map(({ id, use, expiresAt }) => ({ id, use, expiresAt })),
  }))

/** A secret in the documents themselves becomes a variable; everything else stays what it is. */
const withoutLiterals = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withoutLiterals)
  if (!isJsonObject(value)) return value
  const isLiteral = value.from === 'literal' || String(value.name).startsWith('SECRET_')
  if (isLiteral) return 'a literal'
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutLiterals(member)]),
  )
}

const again = (files: Iterable<readonly [string, string]>): DesiredState => {
  const folder = aFolder(Object.fromEntries(files))
  onTestFinished(folder.remove)
  return stateIn(folder.path)
}

const asFiles = (state: DesiredState) =>
  exportedFiles({ objects: rowsOf(state) }, { owner: `git:${state.project.id}` }).files

describe('exported documents read back as what they were exported from', () => {
  test.for([
    { folder: 'config-examples/minimal' },
    { folder: 'config-examples/quickstart' },
    { folder: 'config-examples/conformance' },
    { folder: 'config-examples/multi-tenant', environment: 'dev' },
    { folder: 'config-examples/multi-tenant', environment: 'prod' },
  ])('$folder $environment', ({ folder, environment }) => {
    const state = stateIn(`${ROOT}${folder}`, environment)
    expect(essence(again(asFiles(state)))).toEqual(essence(state))
  })

  test('as one text', () => {
    const state = stateIn(`${ROOT}config-examples/quickstart`)
    const text = documentsOf({ objects: rowsOf(state) }, `git:${state.project.id}`)
    expect(essence(again([['tokenidp.yaml', text]]))).toEqual(essence(state))
  })

  test('lifecycle, and certificates, which are a file again', () => {
    const guarded = worker().replace(
      'spec:',
      'lifecycle: { protect: true, reconcile: observe }\nspec:',
    )
    const dev = aProject()['tokenidp.yaml'] ?? ''
    const state = again(
      Object.entries({
        ...aProject({ 'worker.yaml': guarded }),
        'tokenidp.yaml': `${dev}  outbound: { ca: tls/ca.pem }\n`,
        'tls/ca.pem': selfSigned().cert,
      }),
    )
    expect(asFiles(state).get('outbound-ca.pem')).toContain('BEGIN CERTIFICATE')
    expect(essence(again(asFiles(state)))).toEqual(essence(state))
  })

  const everyField = (kind: Kind): JsonObject => {
    const schema = schemaOf(kind)
    return example(schema) as JsonObject
  }

  test.for(KIND_NAMES.filter((kind) => !ABOUT_OBJECTS.includes(kind)))(
    'every field of %s',
    (kind) => {
      const document = everyField(kind)
      const normal = normalOf(document)
      const { spec, literals } = writtenSpec(kind, normal, () => '')
      expect(literals).toEqual([])
      expect(normalOf({ ...document, spec })).toEqual(normal)
    },
  )

  test.for([
    { fromEnv: 'A' },
    { fromFile: 'secrets/a' },
    { fromSops: 'a.enc.yaml#b.c#d' },
    { fromExec: { command: ['op', 'read', 'op://a/b'] } },
    { generate: { bytes: 16 } },
  ])('a secret by %j', (password) => {
    const normal = normalOf({ ...everyField('User'), spec: { username: 'alice', password } })
    expect(writtenSpec('User', normal, () => '').spec.password).toEqual(password)
  })
})

/** Every field at once: only the schema and the normal form look at it. */
function example(schema: JsonObject): Json {
  const { properties, items, const: only, examples } = schema
  if (only !== undefined) return only
  if (isJsonObject(properties) && properties.fromEnv !== undefined) return { fromEnv: 'A_SECRET' }
  if (isJsonObject(properties))
    return Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [name, example(member as JsonObject)]),
    )
  if (isJsonObject(items) && isJsonObject(items.properties)) return [example(items)]
  return (examples as readonly Json[])[0] ?? null
}

function normalOf(document: JsonObject): JsonObject {
  const source = {
    file: 'a.yaml',
    value: document,
    at: position,
    atKey: position,
    within: position,
  }
  const { items, diagnostics } = checkSchemas([source])
  expect(diagnostics).toEqual([])
  const [item] = items
  if (item === undefined) throw new Error('no item')
  return normalSpec(item)
}

const position = () => ({ file: 'a.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 })

const ABOUT_OBJECTS: readonly string[] = ['Profile', 'Patch', 'Refactor', 'Lint']

describe('whatever the values', () => {
  test('a length of time is written as what it is', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.constantFrom(...'smhdw'), (count, unit) => {
        const length = seconds(`${count}${unit}`)
        expect(seconds(durationText(length))).toBe(length)
        expect(durationText(length)).toMatch(/^(0|[1-9][0-9]{0,5})[smhdw]$/)
      }),
    )
    expect([0, 60, 5400, 86_400, 30 * 86_400].map(durationText)).toEqual([
      '0s',
      '1m',
      '90m',
      '1d',
      '30d',
    ])
  })

  test('an instant is written as what it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (at) => {
        expect(epochSeconds(instantText(at))).toBe(at)
      }),
    )
  })

  test('a document reads back as its value', () => {
    const anyText = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed())
    const yamlish = fc.constantFrom(
      '<<',
      'no',
      '~',
      '0777',
      '1e3',
      '- a',
      '# b',
      'a: b',
      'x\ny ',
      '',
    )
    const anyKey = fc
      .oneof(anyText, yamlish)
      .filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key))
    const number = fc
      .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value))
    const { value: anyValue } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        anyText,
        yamlish,
        number,
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(anyKey, tie('value'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(fc.dictionary(anyKey, anyValue, { minKeys: 1, maxKeys: 4 }), (made) => {
        const value: JsonObject = JSON.parse(JSON.stringify(made))
        const text = printDocuments([{ value, comments: [] }])
        const read = combine([parse({ file: 'a.yaml', bytes: Buffer.from(text) })])
        expect(read.diagnostics).toEqual([])
        expect(read.documents.map((each) => each.value)).toEqual([value])
      }),
    )
  })
})
