import type { Diagnostic } from '../base/diagnostic.ts'
import { Secret } from '../base/secret.ts'
import { type Code, diagnostic } from './codes.ts'
import {
  addressOf,
  type DeclaredSecret,
  type DesiredState,
  type SecretSource,
} from './desired-state.ts'
import { isPublished } from './published.ts'
import { referenceText } from './reference.ts'

/** RFC 7518 §3.2: a key of HS256. */
export const SEALED_BYTES = 32

/** The world outside the documents. Both answer undefined for what is not there. */
export interface SecretSources {
  readEnv(name: string): string | undefined
  /** The path is relative to the project's folder. */
  readFile(path: string): string | undefined
  /** What was decrypted or asked for before, because that takes its time. */
  readonly fetched?: (source: FetchedSource) => string | Problem
}

/** Sources that are more than one look away. */
export type FetchedSource = Extract<SecretSource, { readonly from: 'sops' | 'exec' }>

/** Why there is no value. Says nothing of any value. */
export interface Problem {
  readonly code: Code
  readonly message: string
  readonly hint: string
}

/** A declared secret with its value, which is absent when it is to be generated. */
export interface ResolvedSecret {
  readonly declared: DeclaredSecret
  readonly value: Secret | undefined
  /** Its value was not looked for or not found: what is stored counts as right. */
  readonly isUnknown?: true
}

export interface Resolution {
  /** By the address of their object. */
  readonly secrets: ReadonlyMap<string, readonly ResolvedSecret[]>
  readonly diagnostics: readonly Diagnostic[]
}

/** For whoever may not see the values, or does not need them. */
export const unknownSecrets = (state: DesiredState): Resolution['secrets'] =>
  new Map(
    state.objects
      .filter((object) => object.secrets.length > 0)
      .map((object) => [
        addressOf(object),
        object.secrets.map((declared) => ({ declared, value: undefined, isUnknown: true })),
      ]),
  )

/** Fetches the value behind every reference, and tells all that are missing at once. */
export function resolveSecrets(state: DesiredState, sources: SecretSources): Resolution {
  const all = lookedUp(state, sources)
  const byAddress = Map.groupBy(all, ({ address }) => address)
  return {
    secrets: new Map([...byAddress].map(([address, each]) => [address, each.map(resolved)])),
    diagnostics: eachOnce(all.flatMap(({ found }) => (isDiagnostic(found) ? [found] : []))),
  }
}

export interface LookedUp {
  /** Of the object that declares it. */
  readonly address: string
  readonly declared: DeclaredSecret
  /** Nothing where it is to be generated, or stays as it is. */
  readonly found: Secret | Diagnostic | undefined
}

/** What came of looking for each declared secret. */
export function lookedUp(state: DesiredState, sources: SecretSources): readonly LookedUp[] {
  const mayBeSample = state.environment.kind === 'dev'
  return state.objects.flatMap((object) =>
    object.secrets.map((declared) => {
      const fetched = fetchSecret(declared, sources)
      const found = mayBeSample ? fetched : refusedSample(fetched, declared)
      return { address: addressOf(object), declared, found }
    }),
  )
}

const isDiagnostic = (found: LookedUp['found']): found is Diagnostic =>
  found !== undefined && !(found instanceof Secret)

/** What is wrong with one source is told once, with some of the places that need it. */
const eachOnce = (found: readonly Diagnostic[]): readonly Diagnostic[] =>
  [...Map.groupBy(found, sourceIn).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [withOthers(first, others)],
  )

/** A weak secret is a finding of each object that has it. */
const sourceIn = (found: Diagnostic): unknown =>
  found.code.startsWith('TIDP1') ? found.message : found

const MOST_OTHERS = 3

function withOthers(first: Diagnostic, others: readonly Diagnostic[]): Diagnostic {
  const left = others.length - MOST_OTHERS
  const related = others.slice(0, MOST_OTHERS).map(({ at }, index) => ({
    message: `needed here, too${left > 0 && index === MOST_OTHERS - 1 ? `, and in ${left} more places` : ''}`,
    at,
  }))
  return related.length === 0 ? first : { ...first, related: [...first.related, ...related] }
}

function resolved({ declared, found }: LookedUp): ResolvedSecret {
  const isUnknown = declared.source.from === 'kept' || isDiagnostic(found)
  return isUnknown || isDiagnostic(found)
    ? { declared, value: undefined, isUnknown: true }
    : { declared, value: found }
}

/** A sample from a guide lets in everybody who has read it. */
function refusedSample(
  found: Secret | Diagnostic | undefined,
  { at }: DeclaredSecret,
): Secret | Diagnostic | undefined {
  if (!(found instanceof Secret) || !isPublished(found.reveal())) return found
  return diagnostic('TIDP2082', at, 'this secret is a sample of a public document', {
    hint: 'make one of your own: openssl rand -hex 32',
  })
}

function fetchSecret(
  declared: DeclaredSecret,
  sources: SecretSources,
): Secret | Diagnostic | undefined {
  const { source, at } = declared
  switch (source.from) {
    case 'generate':
    case 'kept':
      return undefined
    case 'literal':
      return source.value
    case 'env': {
      const value = sources.readEnv(source.name)
      if (value !== undefined) return secretOr(value, declared)
      return diagnostic('TIDP1301', at, `the environment variable ${source.name} is not set`, {
        hint: `export ${source.name} before this command`,
      })
    }
    case 'file': {
      const value = sources.readFile(source.path)
      if (value !== undefined) return secretOr(value.replace(END_OF_LINE, ''), declared)
      return diagnostic('TIDP1302', at, `the secret file ${source.path} cannot be read`, {
        hint: 'its path is relative to the project file, and inside its folder',
      })
    }
    case 'sops':
    case 'exec': {
      const found = sources.fetched?.(source)
      if (typeof found === 'string') return secretOr(found.replace(END_OF_LINE, ''), declared)
      const { code, message, hint } = found ?? notAsked(source)
      return diagnostic(code, at, message, { hint })
    }
  }
}

/** Editors and programs end what they write with a newline, which is no part of the secret. */
const END_OF_LINE = /\r?\n$/

const notAsked = (source: FetchedSource): Problem => ({
  code: source.from === 'sops' ? 'TIDP1311' : 'TIDP1314',
  message: `${referenceText(source)} is not looked for here`,
  hint: 'plan, apply and secrets check look for it',
})

function secretOr(value: string, declared: DeclaredSecret): Secret | Diagnostic {
  const { at, use } = declared
  const source = referenceText(declared.source)
  if (value === '') return diagnostic('TIDP1303', at, `the secret from ${source} is empty`)
  if (use === 'sealed' && Buffer.byteLength(value) < SEALED_BYTES)
    return diagnostic('TIDP2043', at, `the secret from ${source} has fewer than 32 bytes`, {
      hint: 'client_secret_jwt signs with it: openssl rand -hex 32 makes one',
    })
  return new Secret(value, source)
}
