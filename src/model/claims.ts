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
