/** Writes the README's reference of documents from the schemas. Run by `npm run schemas`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BEGIN = '<!-- reference of documents: written by npm run schemas -->'
const END = '<!-- end of the reference of documents -->'

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

const schemaOf = (kind: string): Schema =>
  JSON.parse(readFileSync(`${ROOT}schemas/${kind}.json`, 'utf8'))

const kinds = (): readonly string[] =>
  JSON.parse(readFileSync(`${ROOT}schemas/tokenidp.json`, 'utf8')).properties.kind.enum

/** Every field that holds a value, in the order of the schema. */
function fieldsOf(path: string, schema: Schema, isRequired: boolean): string[] {
  const below = schema.items?.properties ? schema.items : schema
  if (below.properties === undefined) return [row(path, schema, isRequired)]
  const prefix = below === schema ? path : `${path}[]`
  return Object.entries(below.properties).flatMap(([name, field]) =>
    fieldsOf(`${prefix}.${name}`, field, below.required?.includes(name) ?? false),
  )
}

function row(path: string, schema: Schema, isRequired: boolean): string {
  const example = JSON.stringify(schema.examples?.[0])?.replaceAll('|', '\\|')
  const cells = [
    `\`${path}\`${isRequired ? ' *' : ''}`,
    (schema.description ?? '').replaceAll('|', '\\|'),
    example === undefined ? '' : `\`${example}\``,
  ]
  return `| ${cells.join(' | ')} |`
}

function sectionOf(kind: string): string {
  const { description, properties } = schemaOf(kind)
  const spec = properties?.spec
  const rows = spec === undefined ? [] : fieldsOf('spec', spec, true)
  return [
    `#### ${kind}\n`,
    ...(description === undefined ? [] : [`${description}\n`]),
    '| field | meaning | example |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** The README with its reference as the schemas have it now. */
export function withReference(readme: string): string {
  const begin = readme.indexOf(BEGIN) + BEGIN.length
  const end = readme.indexOf(END)
  if (begin < BEGIN.length || end < begin) throw new Error('the README has no place for it')
  return `${readme.slice(0, begin)}\n\n${kinds().map(sectionOf).join('\n')}\n${readme.slice(end)}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = `${ROOT}README.md`
  writeFileSync(readme, withReference(readFileSync(readme, 'utf8')))
}
