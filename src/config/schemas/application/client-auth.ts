import { Type } from 'typebox'
import { AUTHENTICATIONS } from '../../../model/application.ts'
import { closed, formedText, instant, list, oneOf, secretValue } from '../common.ts'

const secret = closed(
  {
    id: formedText(
      '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      'letters, digits, dots, hyphens and underscores',
      ['Names the secret within the application.', '2026-q3'],
    ),
    value: secretValue(['The secret, by reference.', { fromEnv: 'ACME_WEB_SECRET' }]),
    expiresAt: Type.Optional(instant(['From then on it is refused.', '2027-01-31T00:00:00Z'])),
  },
  [
    'One of several secrets that are valid at the same time.',
    { id: '2026-q3', value: { fromEnv: 'ACME_WEB_SECRET' } },
  ],
)

export const clientAuth = closed(
  {
    method: Type.Optional(
      oneOf(AUTHENTICATIONS, [
        'How the application proves who it is. client_secret, the default where there is a secret, takes it in the header or in the form; client_secret_basic and client_secret_post take it one way only; private_key_jwt is signed with a key of its own (jwks or jwksUri) and client_secret_jwt with its secret, which then has at least 32 bytes; self_signed_tls_client_auth is a TLS certificate (RFC 8705) whose key is among its own (a key with x5c stands for that certificate alone), sent where serve asks for certificates; none is for public types.',
        'client_secret_basic',
      ]),
    ),
    assertionAudience: Type.Optional(
      oneOf(
        ['issuer', 'endpoints'],
        [
          'Whom a signed assertion must be addressed to: the issuer alone, or also the URL of the endpoint or of the token endpoint.',
          'issuer',
        ],
      ),
    ),
    secrets: Type.Optional(
      list(
        secret,
        ['The secrets it may use.', [{ id: 'first', value: { fromEnv: 'WEB_SECRET' } }]],
        {
          maxItems: 10,
        },
      ),
    ),
  },
  ['How the application authenticates.', { method: 'client_secret_basic' }],
)
