import { type Static, Type } from 'typebox'
import type { JsonObject } from '../../base/json.ts'
import { GRANT_TYPES } from '../../model/application.ts'
import {
  closed,
  documentOf,
  duration,
  flag,
  formedText,
  list,
  oneOf,
  resourceUri,
  scopeName,
  setOf,
  slug,
  tenantMetadata,
  text,
} from './common.ts'

const CALLBACK = 'https://shop.acme.example/callback'
const API = 'https://api.acme.example'

const scope = Type.Optional(
  text([
    'The scopes it asks for, with spaces between them. Default: all it may have.',
    'openid orders:read',
  ]),
)

const resource = Type.Optional(
  resourceUri(['The API it names, in this request and in the one for tokens.', API]),
)

const authorize = closed(
  {
    redirectUri: Type.Optional(text(['Where it wants the answer. Default: its first.', CALLBACK])),
    scope,
    resource,
    pkce: Type.Optional(
      oneOf(['S256', 'plain', 'none'], ['The code challenge it sends. Default S256.', 'none']),
    ),
    pushed: Type.Optional(
      flag(['Whether it pushes the request first (PAR). Default: where it has to.', false]),
    ),
    signed: Type.Optional(
      flag(['Whether it signs the request (JAR). Default: where it has to.', false]),
    ),
    user: Type.Optional(
      slug([
        'The declared User who signs in. Default: somebody of whom nothing is known.',
        'alice',
      ]),
    ),
    parameters: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: 'object',
        description: 'Other parameters, by the names they have in the request.',
        examples: [{ prompt: 'none' }],
        patternProperties: {
          '^(?!(?:id_token_hint|request|request_uri)$)[a-z_]{1,64}$': {
            type: 'string',
            maxLength: 4096,
          },
        },
        additionalProperties: false,
      }),
    ),
  },
  [
    'It sends a person to the authorization endpoint, who allows all of it.',
    { scope: 'openid orders:read' },
  ],
)

const clientCredentials = closed({ scope, resource }, [
  'It asks for a token on its own behalf.',
  { scope: 'orders:read' },
])

const when = closed(
  {
    redirectUri: Type.Optional(text(['An authorization request with this address.', CALLBACK])),
    postLogoutRedirectUri: Type.Optional(
      text(['A sign-out that is to end at this address.', 'https://shop.acme.example/']),
    ),
    corsOrigin: Type.Optional(
      text([
        'A script from this origin calls the token endpoint. All applications of the tenant share it.',
        'https://shop.acme.example',
      ]),
    ),
    grant: Type.Optional(oneOf(GRANT_TYPES, ['It comes with this grant.', 'refresh_token'])),
    authorize: Type.Optional(authorize),
    clientCredentials: Type.Optional(clientCredentials),
  },
  ['What is tried: exactly one thing.', { redirectUri: CALLBACK }],
  { minProperties: 1, maxProperties: 1 },
)

const claims = (description: string, example: JsonObject) =>
  Type.Optional(Type.Unsafe<JsonObject>({ type: 'object', description, examples: [example] }))

const outcome = {
  error: Type.Optional(
    formedText('^[a-z_]{1,64}$', 'the error code of an answer, such as invalid_scope', [
      'It is refused, with this error code.',
      'invalid_scope',
    ]),
  ),
  scopes: Type.Optional(
    setOf(scopeName(['One scope.', 'orders:read']), [
      'The scopes of the access token, all of them, in any order.',
      ['openid', 'orders:read'],
    ]),
  ),
  audience: Type.Optional(text(['Whom the access token is for: its aud.', API])),
  format: Type.Optional(oneOf(['jwt', 'opaque'], ['What the access token is.', 'jwt'])),
  lifetime: Type.Optional(duration(['How long the access token works.', '15m'])),
  refreshToken: Type.Optional(flag(['Whether a refresh token comes with it.', true])),
  accessToken: claims('Claims of the access token; null for one that is not there.', {
    roles: ['admin'],
  }),
  idToken: claims('Claims of the ID token; null for one that is not there.', {
    email: 'alice@acme.example',
  }),
  userinfo: claims('What userinfo says; null for what it does not say.', { name: null }),
}

type Outcome = Static<ReturnType<typeof Type.Object<typeof outcome>>>

/** A word or a map. One schema with two types: `anyOf` would report every branch. */
const expect = Type.Unsafe<'accepted' | 'refused' | Outcome>({
  ...Type.Object(outcome, { additionalProperties: false, minProperties: 1 }),
  type: ['string', 'object'],
  pattern: '^(accepted|refused)$',
  'x-says': 'accepted, refused, or what its tokens are like',
  description: 'accepted, refused, or what comes of it. Only what is written here is compared.',
  examples: [{ scopes: ['orders:read'], audience: API }],
})

const EXAMPLE = {
  name: 'the staging address is refused',
  when: { redirectUri: 'https://staging.acme.example/callback' },
  expect: 'refused',
}

const test = closed(
  {
    name: Type.Optional(text(['What it is about, in words.', EXAMPLE.name])),
    application: Type.Optional(slug(['Who asks, if not the one above.', 'worker'])),
    when,
    expect,
  },
  ['One question, and what the answer has to be.', EXAMPLE],
)

/** Not one of the kinds that are applied: it stands in files of its own. */
export const Test = documentOf(
  'Test',
  'What the configuration has to do, asked without a server: tokenidp test. In files whose names end in .test.yaml, which hold nothing else and are never applied.',
  {
    metadata: tenantMetadata(slug(['Names the tests.', 'shop']), 'shop'),
    spec: closed(
      {
        application: Type.Optional(slug(['Who asks, where a test does not say.', 'shop'])),
        environments: Type.Optional(
          setOf(slug(['One environment.', 'prod']), [
            'The environments that they are true in. Default: all.',
            ['prod'],
          ]),
        ),
        tests: list(test, ['The tests.', [EXAMPLE]], { minItems: 1 }),
      },
      ['The tests, and who asks.', { application: 'shop', tests: [EXAMPLE] }],
    ),
  },
)

export type TestDocument = Static<typeof Test>
