import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Diagnostic } from '../base/diagnostic.ts'
import { type Code, diagnostic } from './codes.ts'
import { DURATION } from './duration.ts'
import type { Path } from './locate.ts'
import {
  type Meant,
  meantDuration,
  meantField,
  meantType,
  meantValue,
  replacementOf,
  topOf,
} from './meant.ts'
import type { ParsedDocument } from './parse.ts'
import { typeNamed } from './type-names.ts'

/** The validator's errors as diagnostics, one for each thing that is wrong. */
export function explainErrors(
  errors: readonly ErrorObject[],
  source: ParsedDocument,
): readonly Diagnostic[] {
  const unknown = errors.filter(({ keyword }) => keyword === 'additionalProperties')
  const explained = new Set(
    unknown.map((error) => `${error.instancePath}/${topOf(meantBy(error)?.text ?? '')}`),
  )
  const missing = errors.filter(
    (error) =>
      error.keyword === 'required' &&
      !explained.has(`${error.instancePath}/${error.params.missingProperty}`),
  )
  const fields = new Set(['additionalProperties', 'required'])
  // A condition tells only that something below it is wrong, which tells itself.
  const values = errors.filter(({ keyword }) => !fields.has(keyword) && keyword !== 'if')
  return [
    ...unknown.map((error) => explainUnknown(error, source)),
    ...missing.map((error) => explainMissing(error, source)),
    ...onePerPlace(values).map((error) => explainValue(error, source)),
  ]
}

/** A value of the wrong type breaks every other rule too, and only the type is worth telling. */
function onePerPlace(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const first = new Map<string, ErrorObject>()
  for (const error of errors)
    if (!first.has(error.instancePath) || error.keyword === 'type')
      first.set(error.instancePath, error)
  return [...first.values()]
}

const pathOf = ({ instancePath }: ErrorObject): Path =>
  instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

const dotted = (path: Path): string => path.join('.').replace(/\.(\d+)(?=\.|$)/g, '[$1]')

const fieldsOf = ({ parentSchema }: ErrorObject): readonly string[] =>
  Object.keys(parentSchema?.properties ?? {})

const meantBy = (error: ErrorObject): Meant | undefined =>
  meantField(String(error.params.additionalProperty), fieldsOf(error))

function explainUnknown(error: ErrorObject, source: ParsedDocument): Diagnostic {
  const written = String(error.params.additionalProperty)
  const path = pathOf(error)
  const at = source.atKey([...path, written])
  const within = dotted(path) || 'the document'
  const pattern = error.parentSchema?.patternProperties
  if (pattern !== undefined)
    return diagnostic('TIDP1105', at, `"${written}" cannot be a name in ${within}`)
  const meant = meantBy(error)
  const mayFix = meant?.isSame === true && !Object.hasOwn(error.data ?? {}, meant.text)
  return diagnostic('TIDP1101', at, `unknown field "${written}" in ${within}`, {
    hint: hintForUnknown(written, error, meant),
    fixes: mayFix ? [{ description: `write ${meant.text}`, at, text: meant.text }] : [],
  })
}

const IN_METADATA: ReadonlySet<string> = new Set(['tenant', 'name', 'labels'])

function hintForUnknown(written: string, error: ErrorObject, meant: Meant | undefined): string {
  const elsewhere = rightLevel(written, error)
  if (elsewhere !== undefined) return `it belongs in ${elsewhere}`
  if (meant === undefined) return `it takes ${fieldsOf(error).join(', ')}`
  if (Object.hasOwn(error.data ?? {}, meant.text)) return `"${meant.text}" is written already`
  return `did you mean "${meant.text}"?`
}

/** A field that is right, and stands one level too high or too low. */
function rightLevel(written: string, { instancePath, parentSchema }: ErrorObject) {
  if (instancePath === '/spec') return IN_METADATA.has(written) ? 'metadata' : undefined
  if (instancePath !== '') return undefined
  const { spec, metadata } = parentSchema?.properties ?? {}
  if (Object.hasOwn(metadata?.properties ?? {}, written)) return 'metadata'
  return Object.hasOwn(spec?.properties ?? {}, written) ? 'spec' : undefined
}

function explainMissing(error: ErrorObject, source: ParsedDocument): Diagnostic {
  const name = String(error.params.missingProperty)
  const path = pathOf(error)
  const example: unknown = error.parentSchema?.properties?.[name]?.examples?.[0]
  const message = `${dotted(path) || 'the document'} has no ${name}`
  return diagnostic('TIDP1102', source.atKey([...path, name]), message, {
    hint: `for instance ${name}: ${JSON.stringify(example)}`,
  })
}

function explainValue(error: ErrorObject, source: ParsedDocument): Diagnostic {
  const path = pathOf(error)
  const [code, must] = requirementOf(error)
  const at = source.at(code === 'TIDP1106' ? [...path, Number(error.params.i)] : path)
  const text = valueMeant(error)
  const hint = hintFor(error)
  return diagnostic(code, at, `${dotted(path)} ${must}`, {
    ...(hint ? { hint } : {}),
    fixes: text === undefined ? [] : [{ description: `write ${text}`, at, text }],
  })
}

/** What a program may write instead. */
function valueMeant({ keyword, params, parentSchema, data }: ErrorObject): string | undefined {
  if (keyword === 'type')
    return isOfObjects(parentSchema) ? undefined : meantType(data, params.type)
  if (keyword === 'pattern' && parentSchema?.pattern === DURATION)
    return meantDuration(String(data))
  const words = keyword === 'pattern' ? wordsIn(String(parentSchema?.pattern)) : []
  if (words.length > 0) return meantValue(String(data), words)
  if (keyword !== 'enum' || isContainer(data)) return undefined
  if (replacementOf(String(data), params.allowedValues) !== undefined) return undefined
  return meantValue(String(data), params.allowedValues)
}

const isOfWords = ({ keyword, parentSchema }: ErrorObject): boolean =>
  keyword === 'pattern' && wordsIn(String(parentSchema?.pattern)).length > 0

/** Of a pattern that is a list of words, as where a map may stand in their place. */
const wordsIn = (pattern: string): readonly string[] =>
  /^\^\(([\w|]+)\)\$$/.exec(pattern)?.[1]?.split('|') ?? []

/** A list whose items are no texts: one of them cannot stand for it, and may hold a secret. */
const isOfObjects = (schema: ErrorObject['parentSchema']): boolean =>
  schema?.type === 'array' && schema.items?.type !== 'string'

const isContainer = (data: unknown): boolean => typeof data === 'object' && data !== null

function requirementOf({ keyword, params, parentSchema, data }: ErrorObject): [Code, string] {
  switch (keyword) {
    case 'type':
      return ['TIDP1103', `must be ${typeName(params.type)}, not ${nameOf(data)}`]
    case 'enum':
      return ['TIDP1104', `must be one of ${params.allowedValues.join(', ')}`]
    case 'const':
      return ['TIDP1104', `must be ${params.allowedValue}`]
    case 'uniqueItems':
      return ['TIDP1106', 'lists this item twice']
    case 'pattern':
      return ['TIDP1105', `must be ${parentSchema?.['x-says'] ?? 'of another form'}`]
    case 'minLength':
      return ['TIDP1105', 'must not be empty']
    case 'maxLength':
      return ['TIDP1105', `must have at most ${params.limit} characters`]
    case 'minimum':
    case 'maximum':
      return ['TIDP1105', `must be ${params.comparison} ${params.limit}`]
    case 'minProperties':
    case 'maxProperties':
      return [
        'TIDP1105',
        `must have exactly one of ${Object.keys(parentSchema?.properties ?? {}).join(', ')}`,
      ]
    case 'minItems':
      return ['TIDP1105', 'must not be empty']
    case 'maxItems':
      return ['TIDP1105', `must have at most ${params.limit} items`]
    default:
      return ['TIDP1105', `is not allowed: ${keyword}`]
  }
}

function hintFor(error: ErrorObject): string | undefined {
  const { keyword, params, parentSchema, data } = error
  const example: unknown = parentSchema?.examples?.[0]
  const meant = valueMeant(error)
  if (keyword === 'enum')
    return (
      replacementOf(String(data), params.allowedValues) ?? (meant && `did you mean "${meant}"?`)
    )
  if (meant !== undefined) return isOfWords(error) ? `did you mean "${meant}"?` : `write ${meant}`
  return example === undefined || keyword === 'uniqueItems'
    ? undefined
    : `for instance ${JSON.stringify(example)}`
}

const typeName = (type: string | readonly string[]): string =>
  [type].flat().map(typeNamed).join(' or ')

function nameOf(data: unknown): string {
  if (data === null) return 'empty'
  if (Array.isArray(data)) return 'a list'
  return typeNamed(typeof data)
}
