import { remarksOf } from '../product.ts'

const IDS = 'an identifier of its database'
const NEW = 'new ones are given; no application knows them'
const PAGES = 'how pages look and speak'
const PAGES_NOW = 'colour and logo are in branding of the Tenant'
const ELSEWHERE = 'nothing here is like it yet: see whether people rely on it'
const LOGIN = 'how people sign in and prove who they are'
const LOGIN_NOW = 'people sign in with a password; see what else they need'
const NAMES = 'a name for administrators'
const NO_NAME = 'write a comment in the documents, if anybody needs it'

const FLOW = 'OAuth 2.1 removes it: move to authorization_code with PKCE'

export const ofClient = remarksOf(
  ['attributes/use.jwks.url', 'a setting without the address it is for', 'write jwksUri', 'false'],
  ['consentRequired', 'whether people are asked', 'nobody signs in with this application', false],
  [
    'frontchannelLogout',
    'a setting without the address it is for',
    'write frontchannelLogout',
    false,
  ],
  [
    'clientAuthenticatorType',
    'how it authenticates',
    'a public application does not',
    'client-secret',
  ],
  [
    'attributes/pkce.code.challenge.method',
    'PKCE',
    'nobody signs in with this application by code',
    'S256',
  ],
  [
    'attributes/use.refresh.tokens',
    'refresh tokens',
    'nobody signs in with this application',
    'true',
  ],
  ['id', IDS, NEW],
  ['description', NAMES, NO_NAME],
  [
    'baseUrl',
    'where people find the application',
    'initiateLoginUri, if it begins a sign-in there',
  ],
  ['rootUrl', 'where the application lives', 'redirect URIs are written out'],
  ['adminUrl', 'where Keycloak called the application', 'see backchannelLogout'],
  ['implicitFlowEnabled', 'the implicit flow', FLOW, false],
  [
    'directAccessGrantsEnabled',
    'the password grant',
    `${FLOW}; or write passwordGrant with an end`,
    false,
  ],
  ['directGrantsOnly', 'the password grant', `${FLOW}; or write passwordGrant with an end`, false],
  ['authorizationServicesEnabled', 'permissions that the server decides', ELSEWHERE, false],
  ['authorizationSettings', 'permissions that the server decides', ELSEWHERE],
  [
    'fullScopeAllowed',
    'its tokens name all roles of the person',
    'declare claims with roles: true where something reads them',
    false,
  ],
  ['alwaysDisplayInConsole', NAMES, NO_NAME, false],
  ['nodeReRegistrationTimeout', 'servers that register themselves', 'nothing here needs it', -1],
  ['registeredNodes', 'servers that register themselves', 'nothing here needs it'],
  ['registrationAccessToken', 'a token to change the registration', 'documents change it'],
  ['notBefore', 'tokens that were revoked', 'none of its tokens is known here', 0],
  ['authenticationFlowBindingOverrides', LOGIN, LOGIN_NOW],
  ['defaultRoles', 'roles of everybody', 'give them to people one by one'],
  ['protocolMappers/#/id', IDS, NEW],
  ['protocolMappers/#/name', NAMES, NO_NAME],
  ['protocolMappers/#/protocol', NAMES, NO_NAME, 'openid-connect'],
  ['protocolMappers/#/consentRequired', NAMES, NO_NAME, false],
  [
    'protocolMappers/#/config/jsonType.label',
    'the type of a claim',
    'it is what the attribute is',
    'String',
  ],
  [
    'protocolMappers/#/config/introspection.token.claim',
    'a claim for those who introspect',
    'they get what is in the token',
    'true',
  ],
  ['attributes/saml*', 'a setting of SAML', 'SAML is not served'],
  ['attributes/client.secret.creation.time', 'when the secret was made', 'nothing depends on it'],
  [
    'attributes/client.secret.expiration.time',
    'when the secret ends',
    'write expiresAt at the secret',
    '0',
  ],
  [
    'attributes/client.secret.rotated*',
    'an older secret that still works',
    'let the application use the new one first',
  ],
  [
    'attributes/backchannel.logout.revoke.offline.tokens',
    'offline tokens end with the session',
    'see tokens.refresh',
    'false',
  ],
  [
    'attributes/backchannel.logout.session.required',
    'a setting without the address it is for',
    'write backchannelLogout',
  ],
  [
    'attributes/frontchannel.logout.session.required',
    'a setting without the address it is for',
    'write frontchannelLogout',
  ],
  [
    'attributes/display.on.consent.screen',
    'its name on the consent page',
    'displayName is there',
    'false',
  ],
  ['attributes/login_theme', PAGES, PAGES_NOW],
  [
    'attributes/access.token.signed.response.alg',
    'what access tokens are signed with',
    'see tokens.algorithm of the Resource',
  ],
  [
    'attributes/id.token.signed.response.alg',
    'what ID tokens are signed with',
    'see tokens.id.algorithm',
  ],
  [
    'attributes/tls.client.certificate.bound.access.tokens',
    'tokens bound to a certificate',
    ELSEWHERE,
    'false',
  ],
  ['attributes/dpop.bound.access.tokens', 'tokens bound to a key', ELSEWHERE, 'false'],
  [
    'attributes/client_credentials.use_refresh_token',
    'refresh tokens without a person',
    'ask again instead',
    'false',
  ],
  ['attributes/realm_client', NAMES, NO_NAME, 'false'],
  [
    'attributes/exclude.session.state.from.auth.response',
    'session_state',
    'it is not sent',
    'true',
  ],
)
