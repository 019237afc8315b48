import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { toSeconds } from '../base/time.ts'
import type { TlsVersion } from '../base/tls.ts'
import type { DesiredState } from '../config/desired-state.ts'
import type { Resolution } from '../config/secrets.ts'
import { VALUE_PREFIX, type Variables } from './environment.ts'
import { EXIT, Failure } from './exit.ts'
import type { Invocation } from './invocation.ts'
import type { Paint } from './paint.ts'

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
}

/** The documents, valid, in the environment that was chosen. Warnings are shown and counted. */
export async function readProject(
  invocation: Invocation,
  paths: readonly string[] = [],
): Promise<Project> {
  const { readConfiguration } = await import('../config/index.ts')
  const { global, world } = invocation
  const from = projectPath(invocation)
  const cache = global.hasCache
    ? (await import('./parse-cache.ts')).openCache(from, world.variables)
    : undefined
  const found = readConfiguration({
    from,
    now: toSeconds(world.clock.milliseconds()),
    ...(cache === undefined ? {} : { cache }),
    paths: paths.map((path) => resolve(world.directory, path)),
    ...(global.environment === undefined ? {} : { environment: global.environment }),
    given: { flags: global.values, process: processValues(world.variables) },
  })
  cache?.save()
  if (found.outcome === 'no-project') throw noProject(found.from)
  await showDiagnostics(invocation, found.diagnostics, found.sources)
  if (found.outcome === 'choose-environment') throw environmentNeeded(found)
  if (found.outcome === 'unusable-value') throw unusableValue(found)
  if (found.outcome === 'invalid') throw invalid(found.diagnostics)
  for (const name of found.ignored)
    invocation.warn(
      `${name} is set, and no variable takes it`,
      'declare the variable in spec.vars of the Project with external: true',
    )
  return { ...found.project, desired: found.state, sources: found.sources }
}

/** Empty counts as absent, as with all variables of the process. */
const processValues = (variables: Variables): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(variables).flatMap(([name, value]) =>
      name.startsWith(VALUE_PREFIX) && value ? [[name, value]] : [],
    ),
  )

/** The environments to look at: the chosen one, or all when none was chosen. */
export async function environmentsToCheck(invocation: Invocation): Promise<readonly string[]> {
  const { environment } = invocation.global
  if (environment !== undefined) return [environment]
  const { readConfiguration } = await import('../config/index.ts')
  const found = readConfiguration({ from: projectPath(invocation) })
  return found.outcome === 'choose-environment' ? found.environments : []
}

/** For commands that look at no document: the settings of the project around us, if there is one. */
export async function findProjectSettings(invocation: Invocation): Promise<ProjectSettings> {
  const { readProject } = await import('../config/index.ts')
  const from = projectPath(invocation)
  const found = readProject(from)
  if (found !== undefined) {
    await showDiagnostics(invocation, found.diagnostics, found.sources)
    if (found.project === undefined) throw invalid(found.diagnostics)
    return found.project
  }
  // Somebody who names a project means it; without one the database must come from elsewhere.
  if (invocation.global.config !== undefined) throw noProject(from)
  return { root: invocation.world.directory }
}

/** The values behind the references. All that are missing are told at once. */
export async function resolveSecrets(
  invocation: Invocation,
  { desired, sources, root }: Project,
): Promise<Resolution['secrets']> {
  const { readSecretFile, resolveSecrets: resolveAll } = await import('../config/index.ts')
  const { secrets, diagnostics } = resolveAll(desired, {
    readEnv: (name) => invocation.world.variables[name],
    readFile: (path) => readSecretFile(root, path),
  })
  await refuseFound(invocation, diagnostics, sources)
  return secrets
}

/** Shows what was found, and throws if that is anything. */
export async function refuseFound(
  invocation: Invocation,
  found: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  await showDiagnostics(invocation, found, sources)
  if (found.length > 0) throw invalid(found)
}

/** Where the project is, whatever its documents hold; the directory of the command where there is none. */
export function projectDirectory(invocation: Invocation): string {
  const path = projectPath(invocation)
  const from = statSync(path).isDirectory() ? path : dirname(path)
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, 'tokenidp.yaml'))) return at
    if (at === dirname(at)) return from
  }
}

function projectPath({ global, world }: Invocation): string {
  const path = resolve(world.directory, global.config ?? '.')
  if (existsSync(path)) return path
  throw new Failure(EXIT.usage, `${path} does not exist`, 'name the project file with --config')
}

async function showDiagnostics(
  { report, world, paint }: Invocation,
  found: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  report(found)
  if (found.length === 0) return
  const { render } = await import('../config/index.ts')
  for (const diagnostic of found)
    world.io.err(`${render(diagnostic, sources.get(diagnostic.at.file), inColours(paint.err))}\n\n`)
}

const inColours =
  (paint: Paint) =>
  (style: 'error' | 'warning' | 'frame' | 'help', text: string): string => {
    const hue = { error: paint.bad, warning: paint.warn, frame: paint.faint, help: paint.good }
    return hue[style](text)
  }

function invalid(diagnostics: readonly Diagnostic[]): Failure {
  const count = diagnostics.filter(({ severity }) => severity === 'error').length
  return new Failure(
    EXIT.invalid,
    `${count} ${count === 1 ? 'error' : 'errors'} in the documents; nothing was changed`,
    'correct them, then tokenidp validate',
  )
}

const noProject = (from: string): Failure =>
  new Failure(
    EXIT.usage,
    `there is no tokenidp.yaml in ${from} or above it`,
    'tokenidp init, or name the project with --config',
  )

function environmentNeeded(choice: {
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

function unusableValue(value: {
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
