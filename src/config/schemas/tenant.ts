import { Type } from 'typebox'
import { KEY_ENCRYPTIONS } from '../../model/encryption.ts'
import { SIGNING_ALGORITHMS } from '../../model/key.ts'
import { placedClaims } from './claims.ts'
import {
  absoluteUri,
  closed,
  documentOf,
  duration,
  flag,
  formedText,
  integer,
  labels,
  list,
  nameMetadata,
  oneOf,
  profile,
  setOf,
  slug,
  text,
} from './common.ts'
import { ciba } from './tenant/ciba.ts'

const branding = closed(
  {
    color: Type.Optional(
      formedText('^#[0-9a-fA-F]{6}$', 'a colour written as #rrggbb', [
        'Of buttons and links.',
        '#2563eb',
      ]),
    ),
    logoUri: Type.Optional(
      absoluteUri(['A picture, over https.', 'https://acme.example/logo.svg']),
    ),
  },
  ['How the sign-in pages look.', { color: '#2563eb' }],
)

const session = closed(
  {
    idle: Type.Optional(duration(['Ends a session that was not used for so long.', '12h'])),
    absolute: Type.Optional(duration(['Ends a session however much it is used.', '30d'])),
  },
  ['How long people stay signed in.', { idle: '12h', absolute: '30d' }],
)

const signIn = closed(
  {
    maxFailures: Type.Optional(
      integer(1, 100, ['Wrong passwords before an account is locked.', 5]),
    ),
    lockout: Type.Optional(duration(['How long it stays locked.', '15m'])),
    passwordHash: Type.Optional(
      oneOf(['argon2id', 'bcrypt'], ['What new passwords are hashed with.', 'argon2id']),
    ),
  },
  ['What protects the sign-in.', { maxFailures: 5, lockout: '15m' }],
)

const token = closed(
  {
    jsonBodies: Type.Optional(
      flag([
        'Whether it takes a JSON object of strings as well as a form: an extension, for clients that can do no better.',
        true,
      ]),
    ),
  },
  ['The token endpoint.', { jsonBodies: true }],
)

const tenantSpec = closed(
  {
    displayName: Type.Optional(text(['What people read on its pages.', 'Acme'])),
    profile: profile('shop-tenant'),
    branding: Type.Optional(branding),
    hosts: Type.Optional(
      list(
        formedText(
          '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$',
          'a lower-case host name, such as id.acme.example',
          ['A host name.', 'id.acme.example'],
        ),
        [
          'Hosts of its own. The first is in the issuer, the others lead there.',
          ['id.acme.example'],
        ],
        { uniqueItems: true },
      ),
    ),
    par: Type.Optional(
      oneOf(
        ['required', 'optional'],
        [
          'Whether authorization requests of all its applications have to be pushed first (RFC 9126).',
          'required',
        ],
      ),
    ),
    keyPolicy: Type.Optional(
      slug([
        'The KeyPolicy to follow: its own, or one that tenants share. Keys are never shared.',
        'default',
      ]),
    ),
    session: Type.Optional(session),
    signIn: Type.Optional(signIn),
    ciba: Type.Optional(ciba),
    claims: placedClaims('Claims by declaration, for all of its applications.'),
    token: Type.Optional(token),
  },
  ['What sets the tenant apart.', { displayName: 'Acme' }],
)

export const Tenant = documentOf(
  'Tenant',
  'One issuer with its own people, applications and keys.',
  {
    metadata: nameMetadata(slug(['Part of the issuer: {publicUrl}/{name}.', 'acme'])),
    spec: Type.Optional(tenantSpec),
  },
)

const keyPolicySpec = closed(
  {
    algorithms: Type.Optional(
      setOf(oneOf(SIGNING_ALGORITHMS, ['A signing algorithm.', 'ES256']), [
        'One key pair is kept for each.',
        ['ES256', 'RS256'],
      ]),
    ),
    encryption: Type.Optional(
      setOf(oneOf(KEY_ENCRYPTIONS, ['How a content key is encrypted.', 'RSA-OAEP-256']), [
        'What applications may encrypt requests with. One key pair is kept for each; without it, there are none.',
        ['RSA-OAEP-256', 'ECDH-ES'],
      ]),
    ),
    rotateEvery: Type.Optional(duration(['How long a key signs.', '90d'])),
    publishAhead: Type.Optional(duration(['How long a key is published before it signs.', '1d'])),
    keepAfter: Type.Optional(
      duration(['How long a key stays published after the last token it signed has ended.', '1d']),
    ),
    rsaBits: Type.Optional(integer(2048, 4096, ['The size of RSA keys.', 2048])),
  },
  ['How signing keys are made and replaced.', { rotateEvery: '90d' }],
)

export const KeyPolicy = documentOf(
  'KeyPolicy',
  'How keys are made and replaced. Never holds a key.',
  {
    metadata: closed(
      {
        tenant: Type.Optional(
          slug(['The tenant that it is for. Without one, all tenants may follow it.', 'acme']),
        ),
        name: slug(['Unique within the tenant, or among those without one.', 'default']),
        labels,
      },
      ['Names the policy.', { tenant: 'acme', name: 'default' }],
    ),
    spec: keyPolicySpec,
  },
)
