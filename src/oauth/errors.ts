/** Error codes from the IANA "OAuth Extensions Error" registry, with the status each travels with. */
const REGISTERED = {
  invalid_request: 400, // RFC 6749 §5.2
  invalid_client: 401, // RFC 6749 §5.2
  invalid_grant: 400, // RFC 6749 §5.2
  unauthorized_client: 400, // RFC 6749 §5.2
  unsupported_grant_type: 400, // RFC 6749 §5.2
  invalid_scope: 400, // RFC 6749 §5.2
  access_denied: 400, // RFC 6749 §4.1.2.1, RFC 8628 §3.5, CIBA §11
  unsupported_response_type: 400, // RFC 6749 §4.1.2.1
  server_error: 500, // RFC 6749 §4.1.2.1
  temporarily_unavailable: 503, // RFC 6749 §4.1.2.1
  invalid_token: 401, // RFC 6750 §3.1
  insufficient_scope: 403, // RFC 6750 §3.1
  unsupported_token_type: 400, // RFC 7009 §2.2.1
  login_required: 400, // OpenID Connect Core §3.1.2.6
  consent_required: 400, // OpenID Connect Core §3.1.2.6
  interaction_required: 400, // OpenID Connect Core §3.1.2.6
  account_selection_required: 400, // OpenID Connect Core §3.1.2.6
  request_uri_not_supported: 400, // OpenID Connect Core §3.1.2.6
  registration_not_supported: 400, // OpenID Connect Core §3.1.2.6
  unmet_authentication_requirements: 400, // OpenID Connect Core Unmet Authentication Requirements §3
  invalid_request_object: 400, // OpenID Connect Core §3.1.2.6
  invalid_request_uri: 400, // OpenID Connect Core §3.1.2.6
  invalid_target: 400, // RFC 8707 §2
  authorization_pending: 400, // CIBA §11, RFC 8628 §3.5
  slow_down: 400, // CIBA §11, RFC 8628 §3.5
  expired_token: 400, // CIBA §11, RFC 8628 §3.5
  unknown_user_id: 400, // CIBA §13
  invalid_binding_message: 400, // CIBA §13
  missing_user_code: 400, // CIBA §13
  invalid_user_code: 400, // CIBA §13
} as const satisfies Record<string, number>

export type OAuthErrorCode = keyof typeof REGISTERED

export const ERROR_CODES: readonly string[] = Object.keys(REGISTERED)

export const ERROR_DOCS_PATH = '/docs/errors'

/** Where a code is explained: below the issuer, or below the public URL where no tenant is concerned. */
export const errorUri = (home: string, code: string): string => `${home}${ERROR_DOCS_PATH}/${code}`

/** RFC 6749 §5.2: what an `error_description` may be made of. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * A refusal the client is told about. `description` is a constant sentence that goes on the wire;
 * `evidence` goes to the log only.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly evidence: Readonly<Record<string, unknown>>
  /** The scheme to name in `WWW-Authenticate`: the one the caller tried, or has to try. */
  readonly challenge: 'Basic' | 'Bearer' | undefined

  constructor(
    code: OAuthErrorCode,
    description: string,
    evidence: Record<string, unknown> = {},
    challenge?: 'Basic' | 'Bearer',
  ) {
    super(description)
    if (!DESCRIPTION.test(description)) throw new Error(`not an error_description: ${description}`)
    this.code = code
    this.status = REGISTERED[code]
    this.evidence = evidence
    this.challenge = challenge
  }
}
