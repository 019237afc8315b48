import { type Diagnostic, hasErrors } from '../base/diagnostic.ts'
import { isJsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'
import { readAuthority } from './authority.ts'
import { originIn } from './compose/assemble.ts'
import type { GivenValues } from './compose/given.ts'
import { type Composed, compose, misplacedIn } from './compose/index.ts'
import { profileIn } from './compose/profile.ts'
import { type UnusableValue, unusableValue } from './compose/values.ts'
import { desiredState } from './desired.ts'
import type { DesiredState } from './desired-state.ts'
import { makeGraph } from './graph.ts'
import { lint, lintOfDate } from './lint/index.ts'
import { readSecretFile, readTextFile } from './load.ts'
import type { Parsed, ParsedDocument } from './parse.ts'
import {
  type ChoiceNeeded,
  chooseEnvironment,
  type EnvironmentChoice,
  theProject,
} from './project.ts'
import { checkRefactors } from './refactor.ts'
import { checkReferences } from './resolve.ts'
import { checkSchemas, type Item } from './schema.ts'
import type { Soundness } from './soundness.ts'
import { checkUnique } from './unique.ts'
import { writtenName } from './written-name.ts'

/** What the documents mean, or why nobody can tell. */
export type Understanding =
  | {
      outcome: 'valid'
      project: Item<'Project'>
      state: DesiredState
      items: readonly Item[]
      diagnostics: readonly Diagnostic[]
      replace: Composed['replace']
    }
  | { outcome: 'invalid'; items?: undefined; diagnostics: readonly Diagnostic[] }
  | ((ChoiceNeeded | UnusableValue) & { items?: undefined; diagnostics: readonly Diagnostic[] })

export interface Place {
  readonly root: string
  /** The project file. */
  readonly file: string
  readonly wanted: string | undefined
  readonly given: GivenValues
  readonly now: EpochSeconds | undefined
  /** Where something is remembered. */
  readonly soundness?: (reading: {
    readonly environment: string
    readonly texts: ReadonlyMap<string, string>
  }) => Soundness
}

const refuse = (diagnostics: readonly Diagnostic[]): Understanding => ({
  outcome: 'invalid',
  diagnostics,
})

export function understand(documents: Parsed['documents'], place: Place): Understanding {
  const { root, file, wanted, given } = place
  const head = checkProject(documents.filter(isProject), file)
  const choice = chooseEnvironment(documents, wanted, file)
  if (head.value === undefined || choice.outcome !== 'chosen')
    return withoutEnvironment(documents, head, choice)

  const unusable = unusableValue(given, head.value)
  if (unusable !== undefined) return { ...unusable, diagnostics: [] }
  const { environment } = choice
  const texts = new Map<string, string>()
  const readText = (path: string): string | undefined => {
    const text = readTextFile(root, path)
    if (text !== undefined) texts.set(path, text)
    return text
  }
  const composed = compose(documents, { environment, given, readText, project: head.value })
  const { diagnostics } = composed
  if (hasErrors(diagnostics)) return refuse(diagnostics)
  const soundness = place.soundness?.({ environment: writtenName(environment), texts })
  const understood = inEnvironment(composed, head.value, { ...place, environment, soundness })
  return { ...understood, diagnostics: [...diagnostics, ...understood.diagnostics] }
}

interface Head {
  /** Absent unless there is one that can be relied on. */
  readonly value?: Item<'Project'>
  readonly malformed: readonly Diagnostic[]
  readonly missing: readonly Diagnostic[]
}

function checkProject(documents: Parsed['documents'], file: string): Head {
  const misplaced = documents.filter((each) => each.hasPlaceholders).flatMap(misplacedIn)
  if (misplaced.length > 0) return { malformed: misplaced, missing: [] }
  const { items, diagnostics: malformed } = checkSchemas(documents)
  if (malformed.length > 0) return { malformed, missing: [] }
  const { value, diagnostics: missing } = theProject(items, file)
  return { malformed, missing, ...(value !== undefined && missing.length === 0 ? { value } : {}) }
}

/** What can be said while nobody knows what variables stand for, and which patches count. */
function withoutEnvironment(
  documents: Parsed['documents'],
  { malformed, missing }: Head,
  choice: EnvironmentChoice,
): Understanding {
  const { items, diagnostics } = checkSchemas(documents.filter(isWholeAmong(documents)))
  const found = [...malformed, ...diagnostics]
  if (found.length > 0) return refuse(found)
  const atTop = [...missing, ...(choice.outcome === 'none' ? choice.diagnostics : [])]
  const unique = checkUnique(items)
  if (choice.outcome !== 'choose-environment' || atTop.length > 0)
    return refuse([...atTop, ...unique])
  return { ...choice, diagnostics: unique }
}

/** Whether a document says itself all that it says: no variable, profile or patch has a part in it. */
function isWholeAmong(documents: Parsed['documents']): (document: ParsedDocument) => boolean {
  const patched = new Set(
    documents.filter(isPatch).map(({ value }) => memberAt(value, PATCHED_KIND)),
  )
  return ({ hasPlaceholders, value }) =>
    !hasPlaceholders &&
    profileIn(memberAt(value, ['spec'])) === undefined &&
    !patched.has(memberAt(value, ['kind']))
}

const PATCHED_KIND = ['spec', 'target', 'kind']

const isPatch = ({ value }: ParsedDocument): boolean => memberAt(value, ['kind']) === 'Patch'

const memberAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value)

interface Chosen extends Pick<Place, 'root' | 'now'> {
  readonly environment: ParsedDocument
  readonly soundness: Soundness | undefined
}

function inEnvironment(
  { items, replace }: Composed,
  project: Item<'Project'>,
  { environment, root, now, soundness }: Chosen,
): Understanding {
  const isKnown = soundness?.isKnown === true
  const unique = isKnown ? [] : checkUnique(items)
  const chosen = items.find(
    ({ kind, source }) => kind === 'Environment' && originIn(source, []).source === environment,
  ) as Item<'Environment'> | undefined
  if (chosen === undefined) return refuse(unique)
  const graph = makeGraph(items, project, chosen)
  const pointing = isKnown ? [] : [...checkReferences(items, graph), ...checkRefactors(items)]
  const dangling = [...unique, ...pointing]
  if (dangling.length > 0) return refuse(dangling)
  const authority = readAuthority(graph, (path) => readSecretFile(root, path))
  const lasting = isKnown ? [] : lint(graph)
  const linted = [...lasting, ...lintOfDate(graph, now), ...authority.diagnostics]
  if (hasErrors(linted)) return refuse(linted)
  if (lasting.length === 0) soundness?.keep()
  const state = desiredState(items, graph, authority.pem)
  return { outcome: 'valid', project, state, items, replace, diagnostics: linted }
}

export const isProject = ({ value }: ParsedDocument): boolean =>
  isJsonObject(value) && value.kind === 'Project'
