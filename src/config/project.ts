import type { Diagnostic } from '../base/diagnostic.ts'
import { isJsonObject } from '../base/json.ts'
import { nearest } from '../base/nearest.ts'
import type { TlsVersion } from '../base/tls.ts'
import { diagnostic, startOf } from './codes.ts'
import { nameOf } from './graph.ts'
import type { ParsedDocument } from './parse.ts'
import type { Item } from './schema.ts'
import { writtenName } from './written-name.ts'

/** What the commands themselves need of the project file; none of it is applied. */
export interface ProjectSettings {
  readonly id: string
  /** Absolute: the folder of the project file. */
  readonly root: string
  readonly databaseUrl?: string
  readonly listen?: string
  /** Paths as written, relative to `root`. */
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

export function settingsOf(project: Item<'Project'>, root: string): ProjectSettings {
  const {
    id = nameOf(project),
    database,
    listen,
    tls,
    trustedProxies,
    mtls,
    clientCertificateHeader,
  } = project.document.spec ?? {}
  return {
    id,
    root,
    ...(database ? { databaseUrl: database.url } : {}),
    ...(listen ? { listen } : {}),
    ...(tls ? { tls } : {}),
    ...(trustedProxies ? { trustedProxies } : {}),
    ...(mtls ? { mtls } : {}),
    ...(clientCertificateHeader ? { clientCertificateHeader } : {}),
  }
}

export interface Chosen<T> {
  readonly value?: T
  readonly diagnostics: readonly Diagnostic[]
}

export function theProject(items: readonly Item[], file: string): Chosen<Item<'Project'>> {
  const [project, ...others] = items.filter((item) => item.kind === 'Project')
  if (project === undefined)
    return {
      diagnostics: [
        diagnostic('TIDP1210', startOf(file), 'the project has no Project document', {
          hint: 'begin with `tokenidp init`, or add a document of kind: Project to this file',
        }),
      ],
    }
  return {
    value: project,
    diagnostics: others.map(({ source }) =>
      diagnostic('TIDP1211', source.at(['kind']), 'a project has one Project document', {
        related: [{ message: 'the first one is here', at: project.source.at(['kind']) }],
      }),
    ),
  }
}

export type EnvironmentChoice =
  | { readonly outcome: 'chosen'; readonly environment: ParsedDocument }
  | { readonly outcome: 'none'; readonly diagnostics: readonly Diagnostic[] }
  | ChoiceNeeded

/** Several environments and none named, or one named that does not exist. */
export interface ChoiceNeeded {
  readonly outcome: 'choose-environment'
  readonly environments: readonly string[]
  readonly wanted: string | undefined
  readonly meant: string | undefined
}

/** Before the schemas are checked, because the values of variables depend on it. */
export function chooseEnvironment(
  documents: readonly ParsedDocument[],
  wanted: string | undefined,
  file: string,
): EnvironmentChoice {
  const all = documents.filter(({ value }) => isJsonObject(value) && value.kind === 'Environment')
  const [first, second] = all
  if (first === undefined)
    return {
      outcome: 'none',
      diagnostics: [
        diagnostic('TIDP1212', startOf(file), 'the project has no Environment document', {
          hint: 'add one with spec.kind: dev and spec.publicUrl: http://127.0.0.1:4000',
        }),
      ],
    }
  const named = all.find((document) => writtenName(document) === wanted)
  if (named !== undefined && wanted !== undefined) return { outcome: 'chosen', environment: named }
  if (wanted === undefined && second === undefined) return { outcome: 'chosen', environment: first }
  const environments = all.map(writtenName).sort()
  const meant = wanted === undefined ? undefined : nearest(wanted, environments)
  return { outcome: 'choose-environment', environments, wanted, meant }
}
