import type { ErrorDoc } from './error-doc.ts'

/** Errors about what was asked. */
export const ABOUT_REQUESTS: Readonly<Record<string, ErrorDoc>> = {
  invalid_request: {
    means: 'The request cannot be understood as it was sent.',
    causes: [
      'A parameter is missing, is sent twice, is empty where it must not be, or contradicts another.',
      'The body is not a form (application/x-www-form-urlencoded), is larger than 64 KiB, or holds bytes that are not UTF-8.',
      'The address or the method is wrong: most endpoints take either GET or POST.',
      'A page was left open too long, or was opened in another browser than the one that began.',
    ],
    remedy:
      'Read error_description: it names the parameter. Compare the request with the example in the manual of your library, and the address with the metadata of this provider.',
    specification: ['RFC 6749 §5.2', 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  invalid_scope: {
    means:
      'The request asks for a scope that the application may not have, or that does not exist.',
    causes: [
      'The scope is misspelt, or is not listed in the application.',
      'The scope belongs to another resource than the one that was asked for.',
      'A refresh asks for more than the person agreed to.',
    ],
    remedy:
      'Ask for scopes that scopes_supported in the metadata lists and that the operator has given to the application.',
    specification: ['RFC 6749 §5.2', 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  invalid_target: {
    means: 'The resource that was asked for is not one that this application can get a token for.',
    causes: [
      'resource is not the identifier of a known API, character by character.',
      'No scope of that API was granted.',
      'A token request names a resource that the authorization did not.',
    ],
    remedy:
      'Send the identifier of the API as its operator published it, and ask for at least one of its scopes.',
    specification: ['RFC 8707 §2', 'https://www.rfc-editor.org/rfc/rfc8707#section-2'],
  },
  unsupported_response_type: {
    means: 'The response type is not one that this provider gives.',
    causes: [
      'The implicit or hybrid flow was asked for (token, id_token). Neither is offered.',
      'response_type is missing or misspelt.',
    ],
    remedy: 'Use response_type=code with PKCE. Libraries call it the authorization code flow.',
    specification: ['RFC 6749 §4.1.2.1', 'https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1'],
  },
  request_uri_not_supported: {
    means: 'The request names an address for its parameters, and that is not accepted.',
    causes: [
      'request_uri is an address on the web; only one that the pushed authorization request endpoint gave is taken.',
    ],
    remedy: 'Push the request first, and send the request_uri that comes back.',
    specification: [
      'OpenID Connect Core §3.1.2.6',
      'https://openid.net/specs/openid-connect-core-1_0.html#AuthError',
    ],
  },
  invalid_request_uri: {
    means: 'The pushed request behind request_uri cannot be used.',
    causes: [
      'It is older than its expires_in.',
      'It was used already.',
      'It was pushed by another application.',
    ],
    remedy: 'Push a new request for each sign-in and use it at once.',
    specification: ['RFC 9101 §7', 'https://www.rfc-editor.org/rfc/rfc9101#section-7'],
  },
  invalid_request_object: {
    means: 'The signed request object cannot be accepted.',
    causes: [
      'Its signature does not fit a key of the application, or its algorithm is not allowed.',
      'It has run out, or its issuer or audience is another.',
    ],
    remedy:
      'Sign it with a registered key; set iss to the client_id and aud to the issuer of this provider.',
    specification: ['RFC 9101 §7', 'https://www.rfc-editor.org/rfc/rfc9101#section-7'],
  },
  registration_not_supported: {
    means: 'Applications cannot register themselves with a sign-in request.',
    causes: ['The request carries a registration parameter.'],
    remedy: 'Ask the operator to register the application, and leave the parameter out.',
    specification: [
      'OpenID Connect Core §3.1.2.6',
      'https://openid.net/specs/openid-connect-core-1_0.html#AuthError',
    ],
  },
  temporarily_unavailable: {
    means: 'The request was not looked at, and can be sent again later.',
    causes: [
      'Too many requests came from one address (status 429).',
      'The service or its database is busy or restarting (status 503).',
    ],
    remedy:
      'Wait as many seconds as Retry-After says, then try again. Keep tokens until they end, and metadata and keys as long as Cache-Control allows.',
    specification: ['RFC 6749 §4.1.2.1', 'https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1'],
  },
  server_error: {
    means: 'Something went wrong at the provider.',
    causes: ['A fault that is not the fault of the request.'],
    remedy:
      'Try again once. If it stays, send the reference from the answer to the operator, who finds it in the log.',
    specification: ['RFC 6749 §4.1.2.1', 'https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1'],
  },
}
