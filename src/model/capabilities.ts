import type { JsonObject } from '../base/json.ts'
import type { ClientAuthMethod, GrantType } from './application.ts'
import type { SigningAlgorithm } from './key.ts'

export interface MutualTls {
  /** Undefined where a proxy asks for them. Without a URL of its own it is found at the issuers' hosts. */
  readonly listener: { readonly port: number; readonly publicUrl: string | undefined } | undefined
}

/** What the protocol code can do. Discovery publishes it; the schema's enumerations are tested against it. */
export interface Capabilities {
  readonly grantTypes: readonly GrantType[]
  readonly clientAuthMethods: readonly ClientAuthMethod[]
  /** What their assertions may be signed with. */
  readonly clientAuthAlgorithms: readonly string[]
  readonly signingAlgorithms: readonly SigningAlgorithm[]
  readonly responseTypes: readonly string[]
  readonly responseModes: readonly string[]
  readonly prompts: readonly string[]
  readonly acrValues: readonly string[]
  /** How certificates of clients reach us (RFC 8705); undefined where they do not. */
  readonly mutualTls: MutualTls | undefined
  /** Metadata members that are so because of what is served. */
  readonly features: JsonObject
  /** Metadata member, for instance `token_endpoint`, to path below the issuer. */
  readonly endpoints: Readonly<Record<string, string>>
}
