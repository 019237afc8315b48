import type { Position } from '../base/diagnostic.ts'
import type { JsonObject } from '../base/json.ts'
import type { Secret } from '../base/secret.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Risk } from '../model/risk.ts'

/** What the documents ask for in one environment: valid, complete, in normal form and free of secrets. */
export interface DesiredState {
  readonly project: { readonly id: string }
  readonly environment: { readonly name: string; readonly kind: 'dev' | 'production' }
  readonly policy: ChangePolicy
  readonly refactor: Refactoring
  /** In order of address; one of each address. */
  readonly objects: readonly DesiredObject[]
}

/** How the project lets itself be changed. */
export interface ChangePolicy {
  readonly prune: 'never' | 'owned'
  readonly drift: 'revert' | 'fail'
  readonly guards: {
    readonly maxDeletePercent: number
    readonly maxDeletes: number
    readonly allowEmpty: boolean
    readonly maxRisk: Risk
  }
}

/** What the documents say of objects besides their contents. Addresses as `addressOf` writes them. */
export interface Refactoring {
  readonly moved: readonly { readonly from: string; readonly to: string; readonly at: Place }[]
  readonly removed: readonly {
    readonly ref: string
    readonly outcome: 'release' | 'delete'
    readonly at: Place
  }[]
  readonly adopt: readonly {
    readonly ref: string
    readonly uid: string | undefined
    readonly at: Place
  }[]
}

export type Place = Pick<Position, 'file' | 'line'>

export interface DesiredObject {
  readonly kind: string
  /** Empty for objects above tenants. */
  readonly tenant: string
  readonly name: string
  /** Defaults filled, durations in seconds, set-like lists sorted, secrets as references. */
  readonly spec: JsonObject
  readonly secrets: readonly DeclaredSecret[]
  /** Not to be deleted: `lifecycle.protect`. */
  readonly isProtected: boolean
  readonly reconcile: Reconcile
  readonly at: Position
  /** Where a field of the spec was written, by its path in the normal form; else its nearest parent. */
  readonly placeOf: (path: string) => Place
}

/** full: kept as declared. createOnly: made once. observe: only compared. */
export type Reconcile = 'full' | 'createOnly' | 'observe'

/** `kind/tenant/name`, or `kind/name` above tenants. */
export const addressOf = ({
  kind,
  tenant,
  name,
}: Pick<DesiredObject, 'kind' | 'tenant' | 'name'>): string =>
  tenant === '' ? `${kind}/${name}` : `${kind}/${tenant}/${name}`

export interface DeclaredSecret {
  /** Names it within its object: the id of a client secret, `password` for a user. */
  readonly id: string
  /** sealed: must be read back, so that it is more than a digest. */
  readonly use: 'client' | 'sealed' | 'password'
  readonly source: SecretSource
  readonly expiresAt: EpochSeconds | undefined
  readonly at: Position
}

export type SecretSource =
  | { readonly from: 'env'; readonly name: string }
  /** Relative to the project's root, inside it. */
  | { readonly from: 'file'; readonly path: string }
  /** A file of the same kind of place, and the path of a value in it. */
  | { readonly from: 'sops'; readonly file: string; readonly path: string }
  | { readonly from: 'exec'; readonly command: readonly string[] }
  | { readonly from: 'generate'; readonly bytes: number }
  | { readonly from: 'literal'; readonly value: Secret }
  /** A literal of documents that are not at hand: what is stored counts. */
  | { readonly from: 'kept' }
