import { Type } from 'typebox'
import { APPLICATION_TYPES, AUTHENTICATIONS, GRANT_TYPES } from '../../model/application.ts'
import { SIGNING_ALGORITHMS } from '../../model/key.ts'
import {
  absoluteUri,
  closed,
  documentOf,
  duration,
  flag,
  formedText,
  instant,
  list,
  oneOf,
  scopeName,
  secretValue,
  setOf,
  slug,
  tenantMetadata,
  text,
} from './common.ts'

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

const clientAuth = closed(
  {
    method: Type.Optional(
      oneOf(AUTHENTICATIONS, [
        'How the application proves who it is. client_secret, the default where there is a secret, takes it in the header or in the form; client_secret_basic and client_secret_post take it one way only; none is for public types.',
        'client_secret_basic',
      ]),
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

const refresh = closed(
  {
    ttl: Type.Optional(
      duration(['From the first token of the family to the end of the last.', '30d']),
    ),
    idle: Type.Optional(duration(['The longest pause between two uses.', '14d'])),
    rotation: Type.Optional(
      oneOf(['required', 'off'], ['Whether each use gives a new token.', 'required']),
    ),
    grace: Type.Optional(
      duration([
        'How long a used token still answers with the same successor; 0s for never.',
        '10s',
      ]),
    ),
    issue: Type.Optional(
      oneOf(
        ['offline_access', 'always'],
        ['Whether offline_access must be granted, or the grant alone is enough.', 'offline_access'],
      ),
    ),
  },
  ['Refresh tokens.', { ttl: '30d', rotation: 'required' }],
)

const ttl = (whose: string, example: string) =>
  Type.Optional(duration([`How long ${whose} is valid.`, example]))

const tokens = closed(
  {
    access: Type.Optional(
      closed({ ttl: ttl('an access token', '15m') }, [
        'Access tokens. The shorter of this and the resource’s own lifetime counts.',
        { ttl: '15m' },
      ]),
    ),
    id: Type.Optional(
      closed(
        {
          ttl: ttl('an ID token', '15m'),
          algorithm: Type.Optional(
            oneOf(SIGNING_ALGORITHMS, ['What ID tokens are signed with.', 'RS256']),
          ),
        },
        ['ID tokens.', { ttl: '15m', algorithm: 'RS256' }],
      ),
    ),
    refresh: Type.Optional(refresh),
    code: Type.Optional(
      closed({ ttl: ttl('an authorization code', '60s') }, [
        'Authorization codes.',
        { ttl: '60s' },
      ]),
    ),
  },
  ['What is issued to the application, and for how long.', { access: { ttl: '15m' } }],
)

const spec = closed(
  {
    clientId: Type.Optional(
      formedText('^[\\x21-\\x7E]{1,255}$', 'printable ASCII without spaces', [
        'The client_id on the wire; the name unless said otherwise. Unique within the tenant.',
        'web',
      ]),
    ),
    type: oneOf(APPLICATION_TYPES, [
      'web: a server with a secret. spa: in the browser. native: on a device. machine: no person. device: without a browser. Sets safe defaults.',
      'web',
    ]),
    displayName: Type.Optional(text(['What people read on the consent page.', 'Acme Shop'])),
    disabled: Type.Optional(flag(['Refuses everything to the application, at once.', false])),
    redirectUris: Type.Optional(
      setOf(
        absoluteUri(['Compared character by character.', 'https://shop.acme.example/callback']),
        [
          'Where the browser may be sent back to after sign-in.',
          ['https://shop.acme.example/callback'],
        ],
      ),
    ),
    postLogoutRedirectUris: Type.Optional(
      setOf(absoluteUri(['Compared character by character.', 'https://shop.acme.example/']), [
        'Where the browser may be sent back to after sign-out.',
        ['https://shop.acme.example/'],
      ]),
    ),
    grants: Type.Optional(
      setOf(oneOf(GRANT_TYPES, ['A grant type.', 'authorization_code']), [
        'How the application may obtain tokens.',
        ['authorization_code', 'refresh_token'],
      ]),
    ),
    scopes: Type.Optional(
      setOf(scopeName(['The name of a scope.', 'orders:read']), [
        'What it may ask for: standard scopes, and those of the tenant and its resources.',
        ['openid', 'email', 'orders:read'],
      ]),
    ),
    pkce: Type.Optional(
      oneOf(
        ['required', 'optional'],
        ['Whether a code needs a PKCE challenge (S256).', 'required'],
      ),
    ),
    consent: Type.Optional(
      oneOf(
        ['required', 'skip'],
        ['Whether people are asked; skip only for your own.', 'required'],
      ),
    ),
    tokens: Type.Optional(tokens),
    clientAuth: Type.Optional(clientAuth),
  },
  ['What the application is and may do.', { type: 'spa' }],
)

export const Application = documentOf(
  'Application',
  'Something that signs people in or calls an API: what the RFCs call a client.',
  { metadata: tenantMetadata(slug(['Unique within the tenant.', 'web']), 'web'), spec },
)
