import { Type } from 'typebox'
import { CIBA_HINTS, DELIVERY_MODES, USER_CODES } from '../../../model/ciba.ts'
import { absoluteUri, closed, duration, flag, integer, oneOf, setOf } from '../common.ts'

export const ciba = closed(
  {
    hints: Type.Optional(
      setOf(oneOf(CIBA_HINTS, ['A parameter.', 'login_hint']), [
        'How the application may say whom it means: login_hint is a username or an e-mail address, id_token_hint an ID token that it has.',
        ['login_hint', 'id_token_hint'],
      ]),
    ),
    ttl: Type.Optional(
      duration([
        'How long a person has to answer, and the most that requested_expiry may ask for.',
        '5m',
      ]),
    ),
    interval: Type.Optional(duration(['The shortest pause between two polls.', '5s'])),
    delivery: Type.Optional(
      oneOf(DELIVERY_MODES, [
        'How the application learns of the answer: it asks again and again, or is told at its notificationEndpoint and then asks.',
        'poll',
      ]),
    ),
    notificationEndpoint: Type.Optional(
      absoluteUri(['Where a ping goes, over https.', 'https://bank.acme.example/ciba']),
    ),
    maxPending: Type.Optional(
      integer(1, 1_000_000, ['How many of its requests may wait for people at once.', 1000]),
    ),
    requireSignedRequest: Type.Optional(
      flag([
        'Refuses requests that it did not sign with a key of its jwks or jwksUri (CIBA §7.1.1); signed ones are always taken.',
        true,
      ]),
    ),
    userCode: Type.Optional(
      oneOf(USER_CODES, [
        'Whether a person has to tell it their user code before they are asked: with required, requests without the right user_code are refused.',
        'required',
      ]),
    ),
  },
  [
    'How it asks people who are not in its browser (CIBA); for the grant urn:openid:params:grant-type:ciba.',
    { ttl: '5m' },
  ],
)
