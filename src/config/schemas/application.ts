import { Type } from 'typebox'
import { APPLICATION_TYPES, GRANT_TYPES, SUBJECT_TYPES } from '../../model/application.ts'
import { ciba } from './application/ciba.ts'
import { clientAuth } from './application/client-auth.ts'
import { device } from './application/device.ts'
import { jwks, jwksUri } from './application/jwks.ts'
import { backchannelLogout, frontchannelLogout } from './application/logout.ts'
import { passwordGrant } from './application/password-grant.ts'
import { requestObject } from './application/request-object.ts'
import { introspection, userinfo } from './application/responses.ts'
import { tokens } from './application/tokens.ts'
import { placedClaims } from './claims.ts'
import {
  absoluteUri,
  closed,
  documentOf,
  flag,
  formedText,
  oneOf,
  profile,
  scopeName,
  setOf,
  slug,
  tenantMetadata,
  text,
} from './common.ts'

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
    profile: profile('web-default'),
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
    corsOrigins: Type.Optional(
      setOf(text(['Scheme, host and port as a browser sends them.', 'https://app.acme.example']), [
        'From where scripts may call, besides the origins of the redirect URIs of a spa.',
        ['https://app.acme.example'],
      ]),
    ),
    corsReason: Type.Optional(
      text([
        'Why scripts call for an application that is not of type spa. For readers only.',
        'the checkout page refreshes its token itself',
      ]),
    ),
    onwardOrigins: Type.Optional(
      setOf(text(['Scheme, host and port.', 'https://shop.acme.example']), [
        'Other origins that its callback sends people on to, if it does, besides those of postLogoutRedirectUris: browsers built on Chromium refuse a redirect after a form to any that our pages do not name.',
        ['https://shop.acme.example'],
      ]),
    ),
    initiateLoginUri: Type.Optional(
      absoluteUri([
        'Where the application begins a sign-in when asked to: people whose sign-in has expired are offered it (OpenID Connect Core §4).',
        'https://shop.acme.example/login',
      ]),
    ),
    backchannelLogout: Type.Optional(backchannelLogout),
    frontchannelLogout: Type.Optional(frontchannelLogout),
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
    par: Type.Optional(
      oneOf(
        ['required', 'optional'],
        [
          'Whether its authorization requests have to be pushed to /par first (RFC 9126).',
          'required',
        ],
      ),
    ),
    requestObject: Type.Optional(requestObject),
    consent: Type.Optional(
      oneOf(
        ['required', 'skip'],
        ['Whether people are asked; skip only for your own.', 'required'],
      ),
    ),
    tokens: Type.Optional(tokens),
    subject: Type.Optional(
      oneOf(SUBJECT_TYPES, [
        'What it calls people: public is the same for all applications, pairwise differs from sector to sector.',
        'public',
      ]),
    ),
    sectorIdentifierUri: Type.Optional(
      absoluteUri([
        'An https address whose host is the sector of a pairwise subject; otherwise the one host of the redirect URIs is.',
        'https://acme.example/sector.json',
      ]),
    ),
    claims: placedClaims('Claims by declaration, for this application; they win over all others.'),
    clientAuth: Type.Optional(clientAuth),
    jwks: Type.Optional(jwks),
    jwksUri: Type.Optional(jwksUri),
    userinfo,
    introspection,
    ciba: Type.Optional(ciba),
    device: Type.Optional(device),
    passwordGrant,
  },
  ['What the application is and may do.', { type: 'spa' }],
)

export const Application = documentOf(
  'Application',
  'Something that signs people in or calls an API: what the RFCs call a client.',
  { metadata: tenantMetadata(slug(['Unique within the tenant.', 'web']), 'web'), spec },
)
