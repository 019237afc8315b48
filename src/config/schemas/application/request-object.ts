import { Type } from 'typebox'
import { SIGNING_ALGORITHMS } from '../../../model/key.ts'
import { closed, flag, oneOf } from '../common.ts'

export const requestObject = closed(
  {
    algorithm: Type.Optional(
      oneOf(SIGNING_ALGORITHMS, [
        'What the application signs them with, and its backchannel authentication requests; without this, any of these.',
        'ES256',
      ]),
    ),
    required: Type.Optional(
      flag(['Refuses authorization requests that are not in a signed object.', true]),
    ),
  },
  [
    'Authorization requests in objects that the application signs with a key of its jwks or jwksUri (RFC 9101).',
    { algorithm: 'ES256', required: true },
  ],
)
