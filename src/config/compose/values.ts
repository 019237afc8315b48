import { isDeepStrictEqual } from 'node:util'
import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { type Code, diagnostic } from '../codes.ts'
import type { DocumentOf } from '../kinds.ts'
import type { Path } from '../locate.ts'
import type { ParsedDocument, StandIn } from '../parse.ts'
import type { Item } from '../schema.ts'
import { type GivenValues, processVariable, type VariableType, valueOfText } from './given.ts'
import { type Scope, substitute } from './substitute.ts'

export type Declaration = NonNullable<NonNullable<DocumentOf<'Project'>['spec']>['vars']>[string]

export interface Sources {
  readonly project: Item<'Project'>
  readonly environment: ParsedDocument
  readonly environments: readonly ParsedDocument[]
  readonly given: GivenValues
  readonly text: Scope['text']
}

/** A value before it is looked at, with where it was written. */
export interface Written {
  readonly value: Json | undefined
  readonly source: ParsedDocument
  readonly path: Path
  readonly standIn: StandIn & { readonly at: Position }
}

export const declaredIn = ({ document }: Item<'Project'>): Readonly<Record<string, Declaration>> =>
  document.spec?.vars ?? {}

export const declarationOf = (
  declared: Readonly<Record<string, Declaration>>,
  name: string,
): Declaration | undefined => (Object.hasOwn(declared, name) ? declared[name] : undefined)

/** A value on the command line that no variable takes. */
export interface UnusableValue {
  readonly outcome: 'unusable-value'
  readonly name: string
  readonly isDeclared: boolean
  readonly meant: string | undefined
}

export function unusableValue(
  { flags }: GivenValues,
  project: Item<'Project'>,
): UnusableValue | undefined {
  const external = externalIn(project)
  const name = [...flags.keys()].find((each) => !external.includes(each))
  if (name === undefined) return undefined
  return {
    outcome: 'unusable-value',
    name,
    isDeclared: declarationOf(declaredIn(project), name) !== undefined,
    meant: nearest(name, external),
  }
}

/** Environment variables are often set for more than one project. */
export function ignoredValues(
  { process }: GivenValues,
  project: Item<'Project'>,
): readonly string[] {
  const taken = new Set(externalIn(project).map(processVariable))
  return [...process.keys()].filter((name) => !taken.has(name)).sort()
}

const externalIn = (project: Item<'Project'>): readonly string[] =>
  Object.entries(declaredIn(project)).flatMap(([name, { external }]) => (external ? [name] : []))

/** The first of: the command, the process, the environment, the default. */
export function writtenValue(
  name: string,
  { external, type, default: otherwise }: Declaration,
  { project, environment, given }: Sources,
): Written | undefined {
  const declaration = project.source
  const path = ['spec', 'vars', name]
  const outside = (from: 'flag' | 'process', text: string): Written => ({
    value: valueOfText(type, text),
    source: declaration,
    path,
    standIn: { name, from, at: declaration.atKey(path) },
  })
  const flag = external === true ? given.flags.get(name) : undefined
  if (flag !== undefined) return outside('flag', flag)
  const process = external === true ? given.process.get(processVariable(name)) : undefined
  if (process !== undefined) return outside('process', process)
  const own = valuesIn(environment)
  if (Object.hasOwn(own, name))
    return {
      value: own[name],
      source: environment,
      path,
      standIn: { name, from: 'environment', at: environment.at(path) },
    }
  if (otherwise === undefined) return undefined
  const at = [...path, 'default']
  return {
    // The schema takes whatever YAML can say.
    value: otherwise as Json,
    source: declaration,
    path: at,
    standIn: { name, from: 'default', at: declaration.at(at) },
  }
}

export const valuesIn = ({ value }: ParsedDocument): JsonObject => {
  const spec = isJsonObject(value) ? value.spec : undefined
  const vars = isJsonObject(spec) ? spec.vars : undefined
  return isJsonObject(vars) ? vars : {}
}

/** The value, where it is one that the variable may have. */
export function readValue(
  { value: raw, source, path, standIn }: Written,
  { type, allowed = [] }: Declaration,
  scope: Scope,
): { readonly value?: Json; readonly found: readonly Diagnostic[] } {
  const wrong = (code: Code, must: string): Diagnostic =>
    diagnostic(code, standIn.at, `${whose(standIn)} must be ${must}`)
  // What comes from outside is taken as it is: it was not written by who wrote the documents.
  const isOutside = standIn.from === 'flag' || standIn.from === 'process'
  const made = raw === undefined || isOutside ? undefined : substitute(source, path, raw, scope)
  if (made?.isBroken) return { found: made.diagnostics }
  const value = made === undefined ? raw : made.value
  if (value === undefined || !isOfType(type, value))
    return { found: [wrong('TIDP1222', TYPE_WORDS[type])] }
  if (allowed.length === 0 || isAllowed(value, allowed)) return { value, found: [] }
  const words = allowed.map((each) => JSON.stringify(each)).join(', ')
  return { found: [wrong('TIDP1223', `one of ${words}`)] }
}

/** What came from outside is not repeated: it may be what should have gone elsewhere. */
const whose = ({ from, name }: StandIn): string => {
  if (from === 'flag') return `what --var gives "${name}"`
  return from === 'process' ? `what ${processVariable(name)} holds` : `the value of "${name}"`
}

const TYPE_WORDS: Readonly<Record<VariableType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
}

function isOfType(type: VariableType, value: Json): boolean {
  switch (type) {
    case 'list':
      return Array.isArray(value)
    case 'map':
      return isJsonObject(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

/** Of a list, every element. */
const isAllowed = (value: Json, allowed: readonly unknown[]): boolean =>
  (Array.isArray(value) ? value : [value]).every((each) =>
    allowed.some((one) => isDeepStrictEqual(one, each)),
  )

export function wrongAllowed(name: string, project: Item<'Project'>): readonly Diagnostic[] {
  const { source } = project
  const { type = 'list', allowed = [] } = declarationOf(declaredIn(project), name) ?? {}
  if (type === 'list' || type === 'map') return []
  return allowed.flatMap((each, index) =>
    isOfType(type, each as Json)
      ? []
      : [
          diagnostic(
            'TIDP1222',
            source.at(['spec', 'vars', name, 'allowed', index]),
            `an allowed value of "${name}" must be ${TYPE_WORDS[type]}`,
          ),
        ],
  )
}
