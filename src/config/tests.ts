import type { Diagnostic, Position } from '../base/diagnostic.ts'
import { isJsonObject } from '../base/json.ts'
import { nearest } from '../base/nearest.ts'
import { diagnostic } from './codes.ts'
import type { Composed } from './compose/index.ts'
import type { DesiredState } from './desired-state.ts'
import { TEST, type TestDocument } from './kinds.ts'
import type { Path } from './locate.ts'
import type { ParsedDocument } from './parse.ts'
import { checkTest } from './schema.ts'

type Written = TestDocument['spec']['tests'][number]

/** One question to the configuration, and what the answer has to be. */
export interface ConfigurationTest {
  readonly name: string | undefined
  readonly tenant: string
  /** Nobody's, where the question is about a tenant. */
  readonly application: string | undefined
  readonly when: Written['when']
  readonly expect: Written['expect']
  readonly at: Position
  /** Where a part of what is expected was written. */
  placeOf(part: Path): Position
}

export interface ReadTests {
  readonly tests: readonly ConfigurationTest[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A valid configuration, and the documents of kind Test beside it. */
interface Documents {
  readonly state: DesiredState
  readonly tests: readonly ParsedDocument[]
  readonly replace: Composed['replace']
}

/** Files of tests are read with the documents, and never applied. */
export const isTestFile = (file: string): boolean => file.endsWith('.test.yaml')

export const isTestDocument = ({ value }: ParsedDocument): boolean =>
  isJsonObject(value) && value.kind === TEST

/** The tests that are to be true in the environment of these documents. */
export function readTests(valid: Documents, isAsked: (file: string) => boolean): ReadTests {
  const read = valid.tests
    .filter(({ file }) => isAsked(file))
    .map((source) => readDocument(source, valid))
  return {
    tests: read.flatMap(({ tests }) => tests),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  }
}

function readDocument(written: ParsedDocument, valid: Documents): ReadTests {
  const replaced = valid.replace(written)
  const source = replaced.document
  if (source === undefined) return { tests: [], diagnostics: replaced.diagnostics }
  const checked = checkTest(source)
  if ('diagnostics' in checked) return { tests: [], diagnostics: checked.diagnostics }
  const { document } = checked
  const { environments } = document.spec
  if (environments !== undefined && !environments.includes(valid.state.environment.name))
    return { tests: [], diagnostics: [] }
  const diagnostics = [
    ...strangers(document, source, valid),
    ...document.spec.tests.flatMap((test, index) => misfits(test, index, document, source)),
  ]
  if (diagnostics.length > 0) return { tests: [], diagnostics }
  const tests = document.spec.tests.map(
    ({ name, application = document.spec.application, when, expect }, index) => ({
      name,
      tenant: document.metadata.tenant,
      application,
      when,
      expect,
      at: source.at(['spec', 'tests', index]),
      placeOf: (part: Path) => source.at(['spec', 'tests', index, 'expect', ...part]),
    }),
  )
  return { tests, diagnostics }
}

/** A name in a test that nothing has. */
function strangers(
  { metadata: { tenant }, spec }: TestDocument,
  source: ParsedDocument,
  { state }: Documents,
): readonly Diagnostic[] {
  const named = (kind: string): readonly string[] =>
    state.objects
      .filter((each) => each.kind === kind && (kind === 'Tenant' || each.tenant === tenant))
      .map(({ name }) => name)
  const known = { Tenant: named('Tenant'), Application: named('Application'), User: named('User') }
  const check = (kind: keyof typeof known, name: string | undefined, path: Path) =>
    name === undefined || known[kind].includes(name)
      ? []
      : [unknown(kind, name, known[kind], source.at(path))]
  const stranger = check('Tenant', tenant, ['metadata', 'tenant'])
  if (stranger.length > 0) return stranger
  return [
    ...check('Application', spec.application, ['spec', 'application']),
    ...spec.tests.flatMap(({ application, when }, index) => [
      ...check('Application', application, ['spec', 'tests', index, 'application']),
      ...check('User', when.authorize?.user, ['spec', 'tests', index, 'when', 'authorize', 'user']),
    ]),
  ]
}

function unknown(kind: string, name: string, known: readonly string[], at: Position): Diagnostic {
  const meant = nearest(name, known)
  const others = known.length === 0 ? 'there is none' : `there is ${known.join(', ')}`
  return diagnostic('TIDP1203', at, `unknown ${kind.toLowerCase()} "${name}"`, {
    hint: meant === undefined ? others : `did you mean "${meant}"?`,
  })
}

/** Tokens are expected of what gives tokens only, and somebody has to ask. */
function misfits(
  { application, when, expect }: Written,
  index: number,
  { spec }: TestDocument,
  source: ParsedDocument,
): readonly Diagnostic[] {
  const path = ['spec', 'tests', index]
  const isAnonymous = application === undefined && spec.application === undefined
  const nobody =
    isAnonymous && when.corsOrigin === undefined
      ? [
          diagnostic('TIDP1102', source.atKey([...path, 'when']), 'nobody asks this', {
            hint: 'name an application in this test, or in spec.application for all of them',
          }),
        ]
      : []
  const hasTokens = when.authorize !== undefined || when.clientCredentials !== undefined
  if (hasTokens || typeof expect === 'string') return nobody
  const strange = Object.keys(expect).filter((field) => field !== 'error')
  return [
    ...nobody,
    ...strange.map((field) =>
      diagnostic(
        'TIDP1105',
        source.atKey([...path, 'expect', field]),
        `no ${field} comes of this`,
        {
          hint: 'expect accepted or refused; tokens come of authorize and clientCredentials',
        },
      ),
    ),
  ]
}
