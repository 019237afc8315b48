import type { Diagnostic } from '../base/diagnostic.ts'
import { Secret } from '../base/secret.ts'
import { diagnostic } from './codes.ts'
import { addressOf, type DeclaredSecret, type DesiredState } from './desired-state.ts'

/** The world outside the documents. Both answer undefined for what is not there. */
export interface SecretSources {
  readEnv(name: string): string | undefined
  /** The path is relative to the project's folder. */
  readFile(path: string): string | undefined
}

/** A declared secret with its value, which is absent when it is to be generated. */
export interface ResolvedSecret {
  readonly declared: DeclaredSecret
  readonly value: Secret | undefined
}

export interface Resolution {
  /** By the address of their object. */
  readonly secrets: ReadonlyMap<string, readonly ResolvedSecret[]>
  readonly diagnostics: readonly Diagnostic[]
}

/** Fetches the value behind every reference, and tells all that are missing at once. */
export function resolveSecrets(state: DesiredState, sources: SecretSources): Resolution {
  const diagnostics: Diagnostic[] = []
  const resolve = (declared: DeclaredSecret): readonly ResolvedSecret[] => {
    const found = fetchSecret(declared, sources)
    if (found instanceof Secret || found === undefined) return [{ declared, value: found }]
    diagnostics.push(found)
    return []
  }
  const secrets = new Map(
    state.objects
      .filter((object) => object.secrets.length > 0)
      .map((object) => [addressOf(object), object.secrets.flatMap(resolve)]),
  )
  return { secrets, diagnostics }
}

function fetchSecret(
  declared: DeclaredSecret,
  sources: SecretSources,
): Secret | Diagnostic | undefined {
  const { source, at } = declared
  switch (source.from) {
    case 'generate':
      return undefined
    case 'literal':
      return source.value
    case 'env': {
      const value = sources.readEnv(source.name)
      if (value !== undefined) return secretOr(value, `env:${source.name}`, declared)
      return diagnostic('TIDP1301', at, `the environment variable ${source.name} is not set`, {
        hint: `export ${source.name} before this command`,
      })
    }
    case 'file': {
      const value = sources.readFile(source.path)
      // An editor ends a file with a newline, which is no part of the secret.
      if (value !== undefined)
        return secretOr(value.replace(/\r?\n$/, ''), `file:${source.path}`, declared)
      return diagnostic('TIDP1302', at, `the secret file ${source.path} cannot be read`, {
        hint: 'its path is relative to the project file, and inside its folder',
      })
    }
  }
}

const secretOr = (value: string, source: string, { at }: DeclaredSecret): Secret | Diagnostic =>
  value === ''
    ? diagnostic('TIDP1303', at, `the secret from ${source} is empty`)
    : new Secret(value, source)
