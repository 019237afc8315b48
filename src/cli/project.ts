import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Diagnostic, hasErrors, type Position } from '../base/diagnostic.ts'
import { toSeconds } from '../base/time.ts'
import type { TlsVersion } from '../base/tls.ts'
import type { GivenValues } from '../config/compose/given.ts'
import type { DesiredState } from '../config/desired-state.ts'
import type { Valid } from '../config/index.ts'
import { findProjectFile, PROJECT_FILE } from '../config/project-file.ts'
import type { Item } from '../config/schema.ts'
import type { Resolution } from '../config/secrets.ts'
import { VALUE_PREFIX } from './environment.ts'
import { EXIT, Failure } from './exit.ts'
import type { Documents, Invocation } from './invocation.ts'
import { secretSources } from './secrets/sources.ts'
import { counted, invalid, showDiagnostics } from './show-diagnostics.ts'

/** What the project file says of this machine: none of it is applied. */
export interface ProjectSettings {
  /** Absent where there is no project. */
  readonly id?: string
  readonly root: string
  readonly databaseUrl?: string
  readonly listen?: string
  readonly tls?: {
    readonly cert: string
    readonly key: string
    readonly ciphers?: string
    readonly minVersion?: TlsVersion
  }
  readonly trustedProxies?: readonly string[]
  readonly mtls?: { readonly listen: string; readonly publicUrl?: string }
  readonly clientCertificateHeader?: string
}

export interface Project extends ProjectSettings {
  readonly desired: DesiredState
  readonly sources: ReadonlyMap<string, string>
  /** Files of SOPS that came along with a saved plan, by their paths. */
  readonly sopsFiles?: Readonly<Record<string, string>>
}

interface ReadProject extends Project {
  /** What is desired, as documents that know who wrote what of them. */
  readonly items: readonly Item[]
}

/** The documents, valid, in the environment that was chosen. Warnings are shown and counted. */
export async function readProject(invocation: Invocation): Promise<ReadProject> {
  const found = (await documentReader(invocation))(invocation.global.environment, new Map())
  const told = found.diagnostics.filter((each) => !isLeftOver(each))
  await showDiagnostics(invocation, told, found)
  if (found.outcome === 'choose-environment') throw environmentNeeded(found)
  if (found.outcome === 'unusable-value') throw unusableValue(found)
  if (found.outcome === 'invalid') throw invalid(found.diagnostics)
  warnOfIgnored(invocation, found.ignored)
  const { project, state: desired, items, sources } = found
  return { ...project, desired, items, sources }
}

const warnOfIgnored = ({ warn }: Invocation, names: readonly string[]): void => {
  for (const name of names)
    warn(
      `${name} is set, and no variable takes it`,
      'declare the variable in spec.vars of the Project with external: true',
    )
}

/** For variables of the documents. Empty counts as absent, as with all variables of the process. */
export const givenValues = ({ global, world }: Invocation): GivenValues => ({
  flags: global.values,
  process: new Map(
    Object.entries(world.variables).flatMap(([name, value]) =>
      name.startsWith(VALUE_PREFIX) && value ? [[name, value]] : [],
    ),
  ),
})

interface Checked {
  /** One for each environment. */
  readonly valid: readonly Valid[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The documents in every environment, or in the chosen one. What is wrong in several is told once. */
export async function checkProject(
  invocation: Invocation,
  paths: readonly string[],
): Promise<Checked> {
  const { all, diagnostics, ...documents } = (await readerOf(invocation, paths))()
  await showDiagnostics(invocation, diagnostics, documents)
  const valid: Valid[] = []
  let ignored: readonly string[] = []
  for (const each of all) {
    if (each.outcome === 'choose-environment') throw environmentNeeded(each)
    if (each.outcome === 'unusable-value') throw unusableValue(each)
    if (each.outcome !== 'valid') continue
    valid.push(each)
    // The same in each: what the project declares.
    ignored = each.ignored
  }
  warnOfIgnored(invocation, ignored)
  if (valid.length < all.length) throw invalid(diagnostics)
  return { valid, diagnostics }
}

/** Reads the project as its files are, or as if they had these texts. */
export async function readerOf(invocation: Invocation, paths: readonly string[]) {
  const { inOrder } = await import('../config/index.ts')
  const { environment } = invocation.global
  const read = await documentReader(invocation, paths)
  return (texts: ReadonlyMap<string, string> = new Map()) => {
    const first = read(environment, texts)
    const isOpen = first.outcome === 'choose-environment' && environment === undefined
    const all = isOpen ? first.environments.map((name) => read(name, texts)) : [first]
    const found = inOrder(all.flatMap((each) => each.diagnostics))
    const isAll = environment === undefined
    const diagnostics = found.filter((each) =>
      isAll ? isEverywhere(each, all) : !isLeftOver(each),
    )
    return { all, diagnostics, sources: first.sources, root: first.root }
  }
}

/** A comment that takes away what is found in another environment only is not left over. */
const isLeftOver = ({ code }: Diagnostic): boolean => code === 'TIDP3092'

const isEverywhere = (
  found: Diagnostic,
  all: readonly { readonly diagnostics: readonly Diagnostic[] }[],
): boolean =>
  !isLeftOver(found) ||
  all.every(({ diagnostics }) =>
    diagnostics.some(({ code, at }) => code === found.code && isSamePlace(at, found.at)),
  )

const isSamePlace = (left: Position, right: Position): boolean =>
  left.file === right.file && left.line === right.line && left.column === right.column

const inWhich = (found: { outcome: string; state?: DesiredState }): string =>
  found.state === undefined
    ? ''
    : ` (${counted(found.state.objects.length, 'object')} of environment ${found.state.environment.name})`

async function documentReader(invocation: Invocation, paths: readonly string[] = []) {
  const { readConfiguration } = await import('../config/index.ts')
  const { global, world, trace } = invocation
  const from = projectPath(invocation)
  const cache = global.hasCache
    ? (await import('./parse-cache.ts')).openCache(from, world.variables)
    : undefined
  return (environment: string | undefined, texts: ReadonlyMap<string, string>) => {
    const end = trace.begin()
    const found = readConfiguration({
      from,
      texts,
      now: toSeconds(world.clock.milliseconds()),
      ...(cache === undefined ? {} : { cache }),
      paths: paths.map((path) => resolve(world.directory, path)),
      ...(environment === undefined ? {} : { environment }),
      given: givenValues(invocation),
    })
    // What is only tried out is not what will be read next.
    if (texts.size === 0) cache?.save()
    if (found.outcome === 'no-project') throw noProject(found.from)
    for (const [file, text] of found.sources)
      trace.detail(() => `${file}  ${Buffer.byteLength(text)} bytes`)
    end(() => `documents: ${counted(found.sources.size, 'file')}${inWhich(found)}`)
    return found
  }
}

/** The files as they are, without a look at what they mean. What cannot be read is shown and ends the command. */
export async function readProjectFiles(invocation: Invocation, paths: readonly string[]) {
  const { readFiles } = await import('../config/index.ts')
  const { directory } = invocation.world
  const found = readFiles({
    from: projectPath(invocation),
    paths: paths.map((path) => resolve(directory, path)),
  })
  if ('outcome' in found) throw noProject(found.from)
  await showDiagnostics(invocation, found.diagnostics, found)
  if (hasErrors(found.diagnostics)) throw invalid(found.diagnostics)
  return found
}

/** For commands that look at no document: the settings of the project around us, if there is one. */
export async function findProjectSettings(invocation: Invocation): Promise<ProjectSettings> {
  const from = projectPath(invocation)
  const file = findProjectFile(from)
  // Somebody who names a project means it; without one the database must come from elsewhere.
  if (file === undefined && invocation.global.config !== undefined) throw noProject(from)
  if (file === undefined) return { root: invocation.world.directory }
  // Reading documents takes memory that a server without a project keeps for its requests.
  const { readProject } = await import('../config/index.ts')
  const { project, ...found } = readProject(file)
  await showDiagnostics(invocation, found.diagnostics, found)
  if (project === undefined) throw invalid(found.diagnostics)
  return project
}

/** The values behind the references. All that are missing are told at once. */
export async function resolveSecrets(
  invocation: Invocation,
  project: Project,
): Promise<Resolution['secrets']> {
  const { resolveSecrets: resolveAll } = await import('../config/index.ts')
  const end = invocation.trace.begin()
  const sources = await secretSources(invocation, project)
  const { secrets, diagnostics } = resolveAll(project.desired, sources)
  end(() => `secrets: ${counted([...secrets.values()].flat().length, 'value')}`)
  await refuseFound(invocation, diagnostics, project)
  return secrets
}

/** Shows what was found, and throws if that is anything. */
export async function refuseFound(
  invocation: Invocation,
  found: readonly Diagnostic[],
  documents: Documents,
): Promise<void> {
  await showDiagnostics(invocation, found, documents)
  if (found.length > 0) throw invalid(found)
}

/** Where the project is, whatever its documents hold; the directory of the command where there is none. */
export function projectDirectory(invocation: Invocation): string {
  const path = projectPath(invocation)
  const from = statSync(path).isDirectory() ? path : dirname(path)
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, PROJECT_FILE))) return at
    if (at === dirname(at)) return from
  }
}

export function projectPath({ global, world }: Invocation): string {
  const path = resolve(world.directory, global.config ?? '.')
  if (existsSync(path)) return path
  throw new Failure(EXIT.usage, `${path} does not exist`, 'name the project file with --config')
}

const noProject = (from: string): Failure =>
  new Failure(
    EXIT.usage,
    `there is no ${PROJECT_FILE} in ${from} or above it`,
    'tokenidp init, or name the project with --config',
  )

export function environmentNeeded(choice: {
  readonly environments: readonly string[]
  readonly wanted: string | undefined
  readonly meant: string | undefined
}): Failure {
  const { environments, wanted, meant } = choice
  return new Failure(
    EXIT.usage,
    wanted === undefined
      ? `the project has several environments: ${environments.join(', ')}`
      : `there is no environment "${wanted}"; there are ${environments.join(', ')}`,
    `choose one, for instance -e ${meant ?? environments[0]}`,
  )
}

export function unusableValue(value: {
  readonly name: string
  readonly isDeclared: boolean
  readonly meant: string | undefined
}): Failure {
  const { name, isDeclared, meant } = value
  return new Failure(
    EXIT.usage,
    isDeclared
      ? `--var cannot give "${name}": the variable is not external`
      : `--var gives "${name}", and there is no such variable`,
    isDeclared || meant === undefined
      ? 'declare it in spec.vars of the Project with external: true'
      : `--var ${meant}=…`,
  )
}
