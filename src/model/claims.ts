import type { Json } from '../base/json.ts'

/** Claims asked for by name (OpenID Connect Core §5.5), as far as the application may have them. */
export type ClaimsRequest = {
  readonly userinfo: readonly string[]
  readonly idToken: readonly string[]
}

export const NO_CLAIMS: ClaimsRequest = { userinfo: [], idToken: [] }

/**
 * Claims that say who signed, for whom, when and how (RFC 7519 §4.1, OpenID Connect Core §2, RFC 9068
 * §2.2). Only the server makes them.
 */
export const SERVER_CLAIMS: ReadonlySet<string> = new Set(
  `iss sub aud exp nbf iat jti azp nonce auth_time acr amr sid at_hash c_hash s_hash
  client_id scope cnf act may_act events authorization_details`.split(/\s+/),
)

export const CLAIM_PLACES = ['access_token', 'id_token', 'userinfo'] as const
export type ClaimPlace = (typeof CLAIM_PLACES)[number]

/** A claim by declaration: where its value comes from, and where it goes. */
export interface ClaimMapping {
  readonly name: string
  readonly places: ReadonlySet<ClaimPlace>
  /** Only where this scope was granted. */
  readonly scope: string | undefined
  readonly source: ClaimSource
  /** Of a list, only what this pattern fits. */
  readonly matching: string | undefined
}

export type ClaimSource =
  | { readonly from: 'value'; readonly value: Json }
  /** An attribute of the person; a dot leads into a map. */
  | { readonly from: 'user'; readonly path: string }
  | { readonly from: 'roles' }
  | { readonly from: 'groups' }
  /** What those roles may do. */
  | { readonly from: 'permissions' }
  /** Text with attributes in braces. */
  | { readonly from: 'template'; readonly template: string }
