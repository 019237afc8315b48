/**
 * YAML documents → the state they ask for: load → parse → schema → resolve → lint → desired.
 * Reads files and nothing else: no environment, no network, and no clock but the time it is told. Reports every finding of a
 * stage with its place, and begins a stage only when the one before found no error.
 */
import { dirname, relative, resolve } from 'node:path'
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts'
import type { EpochSeconds } from '../base/time.ts'
import { diagnostic, inOrder, startOf } from './codes.ts'
import { type GivenValues, NOTHING_GIVEN } from './compose/given.ts'
import type { Composed } from './compose/index.ts'
import { ignoredValues, type UnusableValue } from './compose/values.ts'
import type { DesiredState } from './desired-state.ts'
import { type Loaded, listFiles, loadFile, readSecretFile, type SourceFile } from './load.ts'
import { combine, type Parsed, type ParsedDocument, parse } from './parse.ts'
import { type ParseCache, remember } from './parse-cache.ts'
import { parseTogether } from './parse-together.ts'
import { type ChoiceNeeded, type ProjectSettings, settingsOf, theProject } from './project.ts'
import { findProjectFile } from './project-file.ts'
import { checkSchemas, type Item, refuseInTests } from './schema.ts'
import { soundnessOf } from './soundness.ts'
import { suppressed } from './suppress.ts'
import { isTestDocument, isTestFile } from './tests.ts'
import { isProject, understand } from './understand.ts'

export { provenanceOf } from './provenance.ts'
export { render } from './render.ts'
export { lookedUp, resolveSecrets, unknownSecrets } from './secrets.ts'
export { readTests } from './tests.ts'
export { inOrder, readSecretFile }

export interface ConfigurationRequest {
  /** The project file, or a folder in or below the project. */
  readonly from: string
  readonly environment?: string
  /** Tell only what concerns these files or folders. Files outside the project's patterns are read too. */
  readonly paths?: readonly string[]
  /** For what ends by date. */
  readonly now?: EpochSeconds
  /** What was read before. Each file is read and compared all the same. */
  readonly cache?: ParseCache
  /** Values for variables that take them from outside. */
  readonly given?: GivenValues
  /** `from` is a file that holds all documents, whatever its Project includes. */
  readonly isAlone?: boolean
  /** What files would hold, by their names, in place of what they hold. */
  readonly texts?: ReadonlyMap<string, string>
}

export type Configuration =
  | Valid
  | Invalid
  | (ChoiceNeeded & Found)
  | (UnusableValue & Found)
  | NoProject

interface Found {
  /** Absolute: the folder that `at.file` of every diagnostic is relative to. */
  readonly root: string
  readonly diagnostics: readonly Diagnostic[]
  /** The text of every file that was read, for showing lines of it. */
  readonly sources: ReadonlyMap<string, string>
}

export interface Valid extends Found {
  readonly outcome: 'valid'
  /** Of values from outside, those that no variable takes. */
  readonly ignored: readonly string[]
  readonly project: ProjectSettings
  readonly state: DesiredState
  /** What the state was made of: each document with its profile and patches, and values for its variables. */
  readonly items: readonly Item[]
  /** What another document would be in this environment. */
  readonly replace: Composed['replace']
  /** Documents of kind Test. */
  readonly tests: readonly ParsedDocument[]
}

export interface Invalid extends Found {
  readonly outcome: 'invalid'
}

export interface NoProject {
  readonly outcome: 'no-project'
  readonly from: string
}

export function readConfiguration(request: ConfigurationRequest): Configuration {
  const projectFile = findProjectFile(request.from)
  if (projectFile === undefined) return { outcome: 'no-project', from: resolve(request.from) }
  const root = dirname(projectFile)
  const file = relative(root, projectFile)
  const read = readDocuments(root, file, request)
  const found = (diagnostics: readonly Diagnostic[]): Found => ({
    root,
    sources: texts,
    diagnostics: inOrder(diagnostics.filter(concerns(root, request.paths))),
  })
  const texts = textsOf(read.sources)
  if (hasErrors(read.diagnostics)) return { outcome: 'invalid', ...found(read.diagnostics) }
  const { environment: wanted, given = NOTHING_GIVEN, now } = request
  const { cache } = request
  const outcome = understand(read.documents, {
    root,
    file,
    wanted,
    given,
    now,
    ...(cache && { soundness: (part) => soundnessOf(read.sources, { ...part, given }, cache) }),
  })
  if (cache !== undefined && outcome.items !== undefined) {
    const whole = new Set(outcome.items.map(({ source }) => source))
    remember(read.sources, { documents: read.documents, whole }, cache)
  }
  const { left, told } = suppressed([...read.diagnostics, ...outcome.diagnostics], texts)
  if (outcome.outcome !== 'valid') return { ...outcome, ...found(left) }
  const project = settingsOf(outcome.project, root)
  return {
    outcome: 'valid',
    state: outcome.state,
    items: outcome.items,
    replace: outcome.replace,
    tests: read.tests,
    project,
    ignored: ignoredValues(given, outcome.project),
    ...found([...left, ...told]),
  }
}

/** The files of a project and what keeps them from being read, without a look at what they mean. */
export function readFiles(request: ConfigurationRequest): Found | NoProject {
  const projectFile = findProjectFile(request.from)
  if (projectFile === undefined) return { outcome: 'no-project', from: resolve(request.from) }
  const root = dirname(projectFile)
  const read = readDocuments(root, relative(root, projectFile), request)
  const isAsked = concerns(root, request.paths)
  return {
    root,
    sources: new Map([...textsOf(read.sources)].filter(([file]) => isAsked({ at: { file } }))),
    diagnostics: inOrder(read.diagnostics.filter(isAsked)),
  }
}

export interface ProjectReading extends Found {
  /** Absent when the file cannot be used; the diagnostics say why. */
  readonly project?: ProjectSettings
}

/** The settings of a project file, for commands that need no other document. */
export function readProject(projectFile: string): ProjectReading {
  const root = dirname(projectFile)
  const file = relative(root, projectFile)
  const loaded = loadFile(root, file)
  const parsed = parseFiles(loaded.sources)
  const { items, diagnostics } = checkSchemas(parsed.documents.filter(isProject))
  const project = theProject(items, file)
  const checked = diagnostics.length > 0 ? diagnostics : project.diagnostics
  const found = [...loaded.diagnostics, ...parsed.diagnostics]
  const all = found.length > 0 ? found : checked
  return {
    root,
    diagnostics: inOrder(all),
    sources: textsOf(loaded.sources),
    ...(project.value && all.length === 0 ? { project: settingsOf(project.value, root) } : {}),
  }
}

const textsOf = (sources: readonly SourceFile[]): ReadonlyMap<string, string> =>
  new Map(sources.map(({ file, bytes }) => [file, bytes.toString('utf8')]))

const parseFiles = (sources: readonly SourceFile[]): Parsed => combine(sources.map(parse))

/** The project file first, because it says which others there are. */
function readDocuments(
  root: string,
  projectFile: string,
  request: Pick<ConfigurationRequest, 'paths' | 'cache' | 'texts' | 'isAlone'>,
) {
  const { paths = [], cache, texts, isAlone = false } = request
  const load = (name: string): Loaded => instead(loadFile(root, name), texts)
  const first = load(projectFile)
  const parsed = parseFiles(first.sources)
  const { include, at } = includedBy(parsed, projectFile)
  const listed = isAlone ? NO_FILES : listFiles(root, include)
  const asked = paths.map((path) => relative(root, resolve(path))).filter(isFileIn(listed.files))
  const all = [...new Set([...listed.files, ...asked])].filter((file) => file !== projectFile)
  const others = all.filter((file) => !isTestFile(file)).map(load)
  const tests = all.filter(isTestFile).map(load)
  const rest = combine(
    parseTogether(
      others.flatMap(({ sources }) => sources),
      cache,
    ),
  )
  const tried = parseFiles(tests.flatMap(({ sources }) => sources))
  return {
    sources: [first, ...others, ...tests].flatMap(({ sources }) => sources),
    documents: [...parsed.documents, ...rest.documents],
    tests: tried.documents.filter(isTestDocument),
    diagnostics: [
      ...[...tests, tried].flatMap(({ diagnostics }) => diagnostics),
      ...tried.documents
        .filter((document) => !isTestDocument(document))
        .flatMap((document) => refuseInTests(document).diagnostics),
      ...[first, parsed, listed, ...others, rest].flatMap(({ diagnostics }) => diagnostics),
      ...listed.unmatched
        .filter((pattern) => pattern !== DEFAULT_INCLUDE)
        .map((pattern) =>
          diagnostic('TIDP0015', at, `"${pattern}" matches no file`, {
            hint: 'a folder is named by what is in it, for instance tenants/**/*.yaml',
          }),
        ),
    ],
  }
}

const NO_FILES: ReturnType<typeof listFiles> = { files: [], unmatched: [], diagnostics: [] }

const instead = (loaded: Loaded, texts: ReadonlyMap<string, string> = new Map()): Loaded => ({
  ...loaded,
  sources: loaded.sources.map((source) => {
    const text = texts.get(source.file)
    return text === undefined ? source : { ...source, bytes: Buffer.from(text) }
  }),
})

const DEFAULT_INCLUDE = '**/*.yaml'

/** A path that names a folder of listed files adds nothing to them. */
const isFileIn =
  (files: readonly string[]) =>
  (path: string): boolean =>
    path !== '' && !files.some((file) => file.startsWith(`${path}/`))

/** Read before the schema has been checked, so it takes only what is surely a list of patterns. */
function includedBy({ documents }: Parsed, file: string) {
  const project = checkSchemas(documents).items.find((item) => item.kind === 'Project')
  return {
    include: project?.document.spec?.include ?? [DEFAULT_INCLUDE],
    at: project?.source.at(['spec', 'include']) ?? startOf(file),
  }
}

function concerns(root: string, paths: readonly string[] = []) {
  const wanted = paths.map((path) => relative(root, resolve(path)))
  return ({ at }: { readonly at: { readonly file: string } }): boolean =>
    wanted.length === 0 ||
    wanted.some((path) => path === '' || at.file === path || at.file.startsWith(`${path}/`))
}
