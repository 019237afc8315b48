import type { ErrorDoc } from './error-doc.ts'

/** Errors about the application and what it holds. */
export const ABOUT_CLIENTS: Readonly<Record<string, ErrorDoc>> = {
  invalid_client: {
    means: 'The application did not prove who it is.',
    causes: [
      'client_id is unknown in this tenant, or the application is switched off.',
      'The secret is wrong, has ended, or is sent in another way than the one registered.',
      'An assertion has run out, was used before, is signed with another key, or names another audience.',
      'Special characters of the secret were not encoded in the Authorization header.',
    ],
    remedy:
      'Compare client_id, secret and method with the registration. Secrets change: ask the operator for the present one.',
    specification: ['RFC 6749 §5.2', 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  unauthorized_client: {
    means: 'The application is known, and may not do this.',
    causes: ['The grant type is not among those registered for it.'],
    remedy: 'Ask the operator to allow the grant for this application, or use one that is allowed.',
    specification: ['RFC 6749 §5.2', 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  unsupported_grant_type: {
    means: 'The grant type is not one that this provider knows.',
    causes: [
      'grant_type is misspelt.',
      'The grant is not offered; grant_types_supported in the metadata lists those that are.',
    ],
    remedy: 'Use a grant type from the metadata.',
    specification: ['RFC 6749 §5.2', 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  invalid_grant: {
    means: 'The code or token that should be exchanged is not good any more, or never was.',
    causes: [
      'The code was used before, or is older than a minute.',
      'The refresh token was replaced, was revoked, or has ended.',
      'redirect_uri or code_verifier differs from the beginning of the sign-in.',
      'It was given to another application.',
      'The person signed out, was disabled, or changed the password.',
    ],
    remedy:
      'Begin a new sign-in. Use each code once and at once, and always keep the latest refresh token.',
    specification: ['RFC 6749 §5.2', 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  unsupported_token_type: {
    means: 'Tokens of that type cannot be revoked here.',
    causes: ['token_type_hint names a kind of token that is not revoked at this endpoint.'],
    remedy: 'Revoke the refresh token: everything from the same sign-in ends with it.',
    specification: ['RFC 7009 §2.2.1', 'https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1'],
  },
  invalid_token: {
    means: 'The access token is not valid.',
    causes: [
      'It has run out, was revoked, or belongs to another issuer.',
      'It was cut off or changed on the way.',
    ],
    remedy: 'Get a new one with the refresh token, or by a new sign-in, and repeat the request.',
    specification: ['RFC 6750 §3.1', 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1'],
  },
  insufficient_scope: {
    means: 'The access token is valid, and not for this.',
    causes: ['The scope that the endpoint needs was not granted; userinfo needs openid.'],
    remedy: 'Ask for the scope in a new authorization request.',
    specification: ['RFC 6750 §3.1', 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1'],
  },
}
