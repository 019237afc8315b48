import type { JsonObject } from '../base/json.ts'
import type { ClientAuthMethod, GrantType } from './application.ts'
import type { SigningAlgorithm } from './key.ts'

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
  /** Metadata members that are so because of what is served. */
  readonly features: JsonObject
  /** Metadata member, for instance `token_endpoint`, to path below the issuer. */
  readonly endpoints: Readonly<Record<string, string>>
}
