import type { JsonObject } from '../../base/json.ts'
import type { ApplicationType, Authentication, GrantType } from '../../model/application.ts'
import type { DocumentOf } from '../kinds.ts'
import type { Foreign } from './ledger.ts'

export type ApplicationSpec = DocumentOf<'Application'>['spec']

/** Something written in an export, and where. */
export interface Written {
  readonly text: string
  readonly from: Foreign
}

/** A client of an export in our words, before it is known what of it can be here. */
export interface Draft {
  /** What is told of the application as such is told here. */
  readonly from: Foreign
  readonly clientId: Written
  /** Where it is named by something else than its client_id. */
  readonly name?: string
  /** Undefined for public ones whose redirect URIs tell. */
  readonly type: ApplicationType | undefined
  readonly grants: readonly { readonly grant: GrantType; readonly from: Foreign }[]
  readonly redirectUris?: readonly Written[]
  readonly postLogoutRedirectUris?: readonly Written[]
  readonly origins?: readonly Written[]
  readonly scopes?: readonly Written[]
  readonly backchannel?: Notice
  readonly frontchannel?: Notice
  readonly initiateLoginUri?: Written | undefined
  readonly jwksUri?: Written | undefined
  readonly jwks?: readonly JsonObject[] | undefined
  readonly method?: Authentication
  readonly secrets?: readonly SecretDraft[] | undefined
  /** What needs no judgement. */
  readonly spec: Partial<ApplicationSpec>
}

export interface Notice {
  readonly uri: Written
  /** Whether the session is named. */
  readonly session?: { readonly isRequired: boolean; readonly from: Foreign }
}

export interface SecretDraft {
  readonly from: Foreign
  /** What the export holds; undefined where it holds none, or a variable does. */
  readonly value?: string
  readonly variable?: string
  readonly expiresAt?: string
}

/** A variable that the documents name. */
export interface Variable {
  readonly name: string
  /** The object that it is for. */
  readonly address: string
  /** Only for the file of variables. Never printed. */
  readonly value: string | undefined
}

export interface TenantDraft {
  readonly name: string
  readonly spec: JsonObject
  /** What belongs to it, but applications. */
  readonly documents: readonly ForeignDocument[]
  /** The names of the scopes among them. */
  readonly scopes: ReadonlySet<string>
  readonly applications: readonly Draft[]
}

export interface ForeignDocument {
  readonly kind: 'Resource' | 'Scope' | 'Role'
  readonly name: string
  readonly spec?: JsonObject
}

/** Where an application comes to be. */
export interface Fitting {
  readonly tenant: TenantDraft
  readonly isDev: boolean
  readonly variableFor: (name: string) => string
}
