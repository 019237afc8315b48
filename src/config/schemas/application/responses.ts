import { Type } from 'typebox'
import { CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS } from '../../../model/encryption.ts'
import { SIGNING_ALGORITHMS } from '../../../model/key.ts'
import { closed, oneOf } from '../common.ts'

const EXAMPLE = { alg: 'RSA-OAEP-256', enc: 'A256GCM' }

export const encrypted = Type.Optional(
  closed(
    {
      alg: oneOf(KEY_ENCRYPTIONS, ['With what the key of the content is encrypted.', EXAMPLE.alg]),
      enc: Type.Optional(
        oneOf(CONTENT_ENCRYPTIONS, ['With what the content is encrypted.', EXAMPLE.enc]),
      ),
    },
    ['Encrypted for the application, with a key of its jwks or jwksUri.', EXAMPLE],
  ),
)

const form = (what: string, signing: string) =>
  Type.Optional(
    closed(
      {
        signed: Type.Optional(oneOf(SIGNING_ALGORITHMS, [signing, 'RS256'])),
        encrypted,
      },
      [what, { signed: 'RS256' }],
    ),
  )

export const userinfo = form(
  'What userinfo answers: JSON, unless it is to be signed.',
  'A JWT signed with this algorithm instead of JSON; RS256 where it is to be encrypted.',
)

export const introspection = form(
  'What the application gets when it introspects (RFC 9701): JSON, unless it asks for a JWT or is to have one always.',
  'Always a JWT signed with this algorithm; RS256 where it is to be encrypted.',
)
