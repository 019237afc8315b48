/** Documents as they are written → documents as they are meant in one environment. */
import type { Diagnostic, Position } from '../../base/diagnostic.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts'
import { diagnostic } from '../codes.ts'
import type { ParsedDocument } from '../parse.ts'
import { checkSchemas, type Item } from '../schema.ts'
import { writtenName } from '../written-name.ts'
import { substituted } from './assemble.ts'
import type { GivenValues } from './given.ts'
import { isElsewhere, overlaid } from './overlay.ts'
import { secretsOfStandIns } from './secrets.ts'
import { type Scope, type Substituted, substitute } from './substitute.ts'
import { type Variables, variablesOf } from './variables.ts'

export interface Around {
  readonly project: Item<'Project'>
  /** The chosen one. */
  readonly environment: ParsedDocument
  readonly given: GivenValues
  /** The text of a file of the project; undefined where there is none. */
  readText(path: string): string | undefined
}

export interface Composed {
  readonly items: readonly Item[]
  readonly diagnostics: readonly Diagnostic[]
  /** What another document would be here. */
  replace(document: ParsedDocument): Replaced
}

export function compose(documents: readonly ParsedDocument[], around: Around): Composed {
  const { project, environment, given } = around
  const environments = documents.filter((document) => kindOf(document) === 'Environment')
  const text = textsOf(around)
  const variables = variablesOf({ project, environment, environments, given, text })
  const inForce: ParsedDocument[] = []
  const broken = new Set<string>()
  const found: Diagnostic[] = [...variables.diagnostics]
  for (const document of documents) {
    const made = replaced(document, variables, environment)
    found.push(...made.diagnostics)
    if (made.document !== undefined) inForce.push(made.document)
    else if (kindOf(document) === 'Profile') broken.add(writtenName(document))
  }
  const [chosen, all] = [writtenName(environment), environments.map(writtenName)]
  const overlay = overlaid(inForce, { chosen, all, broken })
  const { items, diagnostics } = checkSchemas(overlay.documents)
  // Who misspells a variable leaves another one unused.
  const unused = found.length > 0 ? [] : variables.unused()
  return {
    replace: (document) => replaced(document, variables, environment),
    items: [...items, ...overlay.items],
    diagnostics: [
      ...found,
      ...unused,
      ...overlay.diagnostics,
      ...diagnostics,
      ...secretsOfStandIns(items),
    ],
  }
}

export interface Replaced {
  /** Absent where a placeholder in it has no value. */
  readonly document?: ParsedDocument
  readonly diagnostics: readonly Diagnostic[]
}

function replaced(
  document: ParsedDocument,
  { inForce, elsewhere }: Variables,
  environment: ParsedDocument,
): Replaced {
  if (!document.hasPlaceholders) return { document, diagnostics: [] }
  switch (kindOf(document)) {
    case 'Project':
      replacedBesideVars(document, { scope: NOWHERE, elsewhere })
      return { document, diagnostics: [] }
    case 'Environment':
      if (document === environment)
        return replacedBesideVars(document, { scope: inForce, elsewhere })
      // Nobody can tell what it says, and it is not the one that was chosen.
      return {
        diagnostics: substitute(document, [], document.value as Json, elsewhere).diagnostics,
      }
    default: {
      if (isElsewhere(document, writtenName(environment)))
        return {
          diagnostics: substitute(document, [], document.value as Json, elsewhere).diagnostics,
        }
      const made = substitute(document, [], document.value as Json, inForce)
      return madeInto(document, made)
    }
  }
}

const madeInto = (document: ParsedDocument, made: Substituted): Replaced =>
  made.isBroken
    ? { diagnostics: made.diagnostics }
    : { document: substituted(document, made), diagnostics: made.diagnostics }

/** What variables are made of was looked at with the variables; here only their names count. */
function replacedBesideVars(
  document: ParsedDocument,
  { scope, elsewhere }: { readonly scope: Scope; readonly elsewhere: Scope },
): Replaced {
  const value = membersOf(document.value)
  const { vars = {}, ...spec } = membersOf(value.spec)
  const named = substitute(document, ['spec', 'vars'], vars, elsewhere)
  const made = substitute(document, [], { ...value, spec }, scope)
  const whole = {
    ...membersOf(made.value),
    spec: { ...membersOf(membersOf(made.value).spec), vars },
  }
  const { diagnostics, ...rest } = madeInto(document, { ...made, value: whole })
  return { ...rest, diagnostics: [...named.diagnostics, ...diagnostics] }
}

/** Placeholders where only values are. To be asked first: no schema would understand them. */
export const misplacedIn = (project: ParsedDocument): readonly Diagnostic[] =>
  replacedBesideVars(project, { scope: NOWHERE, elsewhere: ANYTHING }).diagnostics

const ANYTHING: Scope = {
  meant: () => undefined,
  variable: () => ({ refused: [] }),
  text: () => ({ refused: [] }),
}

/** The project file is read by commands that look at nothing else. */
const NOWHERE: Scope = {
  meant: () => undefined,
  variable: (_name, at) => ({ refused: [notInProject(at)] }),
  text: (_path, at) => ({ refused: [notInProject(at)] }),
}

const notInProject = (at: Position): Diagnostic =>
  diagnostic('TIDP1229', at, 'the Project document is the same in all environments', {
    hint: 'write the value itself; only the values in spec.vars may be made of variables',
  })

const textsOf =
  ({ readText }: Around): Scope['text'] =>
  (path, at) => {
    const text = readText(path)
    if (text === undefined)
      return {
        refused: [
          diagnostic('TIDP1231', at, `the file ${path} cannot be read`, {
            hint: 'its path is relative to the project file, and inside its folder',
          }),
        ],
      }
    // An editor ends a file with a newline, which is no part of the text.
    const value = text.replace(/\r?\n$/, '')
    return { value, size: value.length, standIn: { name: path, from: 'file' } }
  }

const kindOf = ({ value }: ParsedDocument): Json | undefined => membersOf(value).kind

const membersOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})
