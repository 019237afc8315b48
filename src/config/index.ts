/**
 * YAML documents → the state they ask for: load → parse → schema → resolve → lint → desired.
 * Reads files and nothing else: no environment, no network, and no clock but the time it is told. Reports every finding of a
 * stage with its place, and begins a stage only when the one before found no error.
 */
import { dirname, relative, resolve } from 'node:path'
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts'
import type { EpochSeconds } from '../base/time.ts'
import { readAuthority } from './authority.ts'
import { diagnostic, inOrder, startOf } from './codes.ts'
import { desiredState } from './desired.ts'
import type { DesiredState } from './desired-state.ts'
import { makeGraph } from './graph.ts'
import { lint } from './lint/index.ts'
import { findProjectFile, listFiles, loadFile, readSecretFile, type SourceFile } from './load.ts'
import { combine, type Parsed, type ParsedDocument } from './parse.ts'
import { type ParseCache, parseCached, remember } from './parse-cache.ts'
import {
  type ChoiceNeeded,
  chooseEnvironment,
  type ProjectSettings,
  settingsOf,
  theProject,
} from './project.ts'
import { checkRefactors } from './refactor.ts'
import { checkReferences } from './resolve.ts'
import { checkSchemas, type Item } from './schema.ts'
import { checkUnique } from './unique.ts'

export { render } from './render.ts'
export { resolveSecrets, unknownSecrets } from './secrets.ts'
export { readSecretFile }

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
}

export type Configuration = Valid | Invalid | (ChoiceNeeded & Found) | NoProject

interface Found {
  /** Absolute: the folder that `at.file` of every diagnostic is relative to. */
  readonly root: string
  readonly diagnostics: readonly Diagnostic[]
  /** The text of every file that was read, for showing lines of it. */
  readonly sources: ReadonlyMap<string, string>
}

export interface Valid extends Found {
  readonly outcome: 'valid'
  readonly project: ProjectSettings
  readonly state: DesiredState
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
    sources: textsOf(read.sources),
    diagnostics: inOrder(diagnostics.filter(concerns(root, request.paths))),
  })
  if (hasErrors(read.diagnostics)) return { outcome: 'invalid', ...found(read.diagnostics) }
  const outcome = understand(read.documents, {
    root,
    file,
    wanted: request.environment,
    now: request.now,
  })
  if (request.cache !== undefined && outcome.items !== undefined)
    remember(read.sources, outcome.items, request.cache)
  const diagnostics = [...read.diagnostics, ...outcome.diagnostics]
  if (outcome.outcome !== 'valid') return { ...outcome, ...found(diagnostics) }
  const project = settingsOf(outcome.project, root)
  return { outcome: 'valid', state: outcome.state, project, ...found(diagnostics) }
}

export interface ProjectReading extends Found {
  /** Absent when the file cannot be used; the diagnostics say why. */
  readonly project?: ProjectSettings
}

/** The settings of the nearest project file, if there is one, for commands that need no other document. */
export function readProject(from: string): ProjectReading | undefined {
  const projectFile = findProjectFile(from)
  if (projectFile === undefined) return undefined
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

const isProject = ({ value }: ParsedDocument): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Project'

const textsOf = (sources: readonly SourceFile[]): ReadonlyMap<string, string> =>
  new Map(sources.map(({ file, bytes }) => [file, bytes.toString('utf8')]))

const parseFiles = (sources: readonly SourceFile[], cache?: ParseCache): Parsed =>
  combine(sources.map((source) => parseCached(source, cache)))

/** The project file first, because it says which others there are. */
function readDocuments(
  root: string,
  projectFile: string,
  { paths = [], cache }: Pick<ConfigurationRequest, 'paths' | 'cache'>,
) {
  const first = loadFile(root, projectFile)
  const parsed = parseFiles(first.sources)
  const { include, at } = includedBy(parsed, projectFile)
  const listed = listFiles(root, include)
  const asked = paths.map((path) => relative(root, resolve(path))).filter(isFileIn(listed.files))
  const files = [...new Set([...listed.files, ...asked])].filter((file) => file !== projectFile)
  const others = files.map((file) => loadFile(root, file))
  const rest = parseFiles(
    others.flatMap(({ sources }) => sources),
    cache,
  )
  return {
    sources: [...first.sources, ...others.flatMap(({ sources }) => sources)],
    documents: [...parsed.documents, ...rest.documents],
    diagnostics: [
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

type Understanding =
  | {
      outcome: 'valid'
      project: Item<'Project'>
      state: DesiredState
      items: readonly Item[]
      diagnostics: readonly Diagnostic[]
    }
  | { outcome: 'invalid'; items?: undefined; diagnostics: readonly Diagnostic[] }
  | (ChoiceNeeded & { items?: undefined; diagnostics: readonly Diagnostic[] })

interface Place {
  readonly root: string
  /** The project file. */
  readonly file: string
  readonly wanted: string | undefined
  readonly now: EpochSeconds | undefined
}

function understand(
  documents: Parsed['documents'],
  { root, file, wanted, now }: Place,
): Understanding {
  const { items, diagnostics } = checkSchemas(documents)
  const refuse = (found: readonly Diagnostic[]): Understanding => ({
    outcome: 'invalid',
    diagnostics: found,
  })
  if (diagnostics.length > 0) return refuse(diagnostics)

  const project = theProject(items, file)
  const choice = chooseEnvironment(items, wanted, file)
  const atTop = [...project.diagnostics, ...(choice.outcome === 'none' ? choice.diagnostics : [])]
  const unique = checkUnique(items)
  if (project.value === undefined || choice.outcome === 'none' || atTop.length > 0)
    return refuse([...atTop, ...unique])
  if (choice.outcome === 'choose-environment') return { ...choice, diagnostics: unique }

  const graph = makeGraph(items, project.value, choice.environment)
  const dangling = [...unique, ...checkReferences(items, graph), ...checkRefactors(items)]
  if (dangling.length > 0) return refuse(dangling)
  const authority = readAuthority(graph, (path) => readSecretFile(root, path))
  const linted = [...lint(graph, now), ...authority.diagnostics]
  if (hasErrors(linted)) return refuse(linted)
  const state = desiredState(items, graph, authority.pem)
  return { outcome: 'valid', project: project.value, state, items, diagnostics: linted }
}

function concerns(root: string, paths: readonly string[] = []) {
  const wanted = paths.map((path) => relative(root, resolve(path)))
  return ({ at }: Diagnostic): boolean =>
    wanted.length === 0 ||
    wanted.some((path) => path === '' || at.file === path || at.file.startsWith(`${path}/`))
}
