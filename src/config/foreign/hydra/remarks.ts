import { remarksOf } from '../product.ts'
import { SIGNED_BY_CLIENT } from '../registration.ts'

const NAMES = 'a note about the client'
const NO_NAME = 'write a comment in the documents, if anybody needs it'
const GIVEN = 'a value that the server gave'
const ONE =
  'the lifetimes of the code grant count for all grants: write another application where they differ'

export const ofClient = remarksOf(
  [
    'client_secret',
    'a secret that its way to authenticate does not take',
    'take it out of the application',
  ],
  ['client_secret_expires_at', 'when a secret ends', 'it has none that is taken', 0],
  [
    'backchannel_logout_session_required',
    'a setting without the address it is for',
    'write backchannelLogout',
    false,
  ],
  [
    'frontchannel_logout_session_required',
    'a setting without the address it is for',
    'write frontchannelLogout',
    false,
  ],
  ['owner', NAMES, 'write a label in metadata'],
  ['contacts', NAMES, NO_NAME],
  ['client_uri', NAMES, NO_NAME],
  ['policy_uri', NAMES, NO_NAME],
  ['tos_uri', NAMES, NO_NAME],
  ['logo_uri', 'a picture of the application', 'the pages show its name'],
  ['metadata', NAMES, 'write labels in metadata, or keep it in the application'],
  [
    'audience',
    'audiences of its tokens',
    'describe each API as a Resource, and move its scopes there',
  ],
  ['created_at', GIVEN, 'nothing depends on it'],
  ['updated_at', GIVEN, 'nothing depends on it'],
  ['registration_access_token', GIVEN, 'documents change it'],
  ['registration_client_uri', GIVEN, 'documents change it'],
  ['request_uris', 'addresses of requests', 'push requests to /par instead'],
  ...SIGNED_BY_CLIENT,
  ['access_token_strategy', 'the form of access tokens', 'see tokens.format of the Resource'],
  [
    'skip_logout_consent',
    'sign-out without a question',
    'whoever sends an ID token is not asked',
    false,
  ],
  [
    'userinfo_signed_response_alg',
    'how userinfo is signed',
    'write userinfo: { signed: … }',
    'none',
  ],
  [
    'response_types',
    'an implicit or hybrid flow',
    'OAuth 2.1 removes it: move to response_type=code',
  ],
  ['client_credentials_grant_access_token_lifespan', 'a lifetime of one grant', ONE],
  ['implicit_grant_*', 'a lifetime of the implicit flow', 'OAuth 2.1 removes it'],
  ['jwt_bearer_grant_*', 'a lifetime of the grant jwt-bearer', 'the grant is not served'],
  ['refresh_token_grant_*', 'a lifetime of one grant', ONE],
  ['device_authorization_grant_*', 'a lifetime of one grant', ONE],
  ['authorization_code_grant_*', 'a lifetime without the grant', ONE],
)
