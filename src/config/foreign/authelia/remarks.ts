import { remarksOf } from '../product.ts'
import { SIGNED_BY_CLIENT } from '../registration.ts'

const SERVER = 'how the process runs'
const SERVER_NOW = 'see "tokenidp serve --help", and the Project'
const PEOPLE = 'how people prove who they are'
const PEOPLE_NOW = 'they sign in with a password: make accounts with "tokenidp users add"'
const PORTAL = 'what the portal does for proxies'
const PORTAL_NOW = 'keep Authelia for what proxies guard, or give those applications a sign-in'
const KEYS = 'keys of the server'
const KEYS_NOW =
  'the server makes its own; "tokenidp keys import" takes in those that verifiers have pinned'
const ALG = 'how an answer is signed'

const ofServer = remarksOf(
  ['server', SERVER, SERVER_NOW],
  ['log', SERVER, SERVER_NOW],
  ['telemetry', SERVER, 'tokenidp serve --metrics-listen'],
  ['certificates_directory', SERVER, SERVER_NOW],
  ['ntp', SERVER, SERVER_NOW],
  ['theme', 'how pages look', 'colour and logo are in branding of the Tenant'],
  [
    'storage',
    'where Authelia keeps its state, perhaps with a password',
    'set TOKENIDP_DATABASE_URL',
  ],
  ['authentication_backend', 'where people are kept, perhaps with a password', PEOPLE_NOW],
  ['default_2fa_method', PEOPLE, PEOPLE_NOW],
  ['totp', PEOPLE, PEOPLE_NOW],
  ['webauthn', PEOPLE, PEOPLE_NOW],
  ['duo_api', PEOPLE, PEOPLE_NOW],
  ['password_policy', PEOPLE, PEOPLE_NOW],
  ['identity_validation', PEOPLE, PEOPLE_NOW],
  ['regulation', 'when an account is locked', 'see lockout in the Tenant'],
  ['notifier', 'how people are written to, perhaps with a password', 'no mail is sent yet'],
  ['access_control', PORTAL, PORTAL_NOW],
  ['definitions', PORTAL, PORTAL_NOW],
  ['default_redirection_url', PORTAL, PORTAL_NOW],
  ['privacy_policy', 'a link to a policy', 'branding of the Tenant has colour and logo'],
  ['session/cookies/#/*', 'cookies of the portal', PORTAL_NOW],
  ['session/*', 'sessions of the portal, perhaps with a secret', 'see session of the Tenant'],
  ['jwt_secret', 'a secret of the server', 'take it away'],
)

const ofProvider = remarksOf(
  ['hmac_secret', 'a secret of the server', 'the master key takes its place'],
  ['jwks', KEYS, KEYS_NOW],
  ['issuer_private_key', KEYS, KEYS_NOW],
  ['issuer_certificate_chain', KEYS, KEYS_NOW],
  ['issuer_private_keys', KEYS, KEYS_NOW],
  ['authorization_policies', 'who may sign in where', 'check roles of people in the application'],
  ['claims_policies', 'which claims go where', 'write claims in the Tenant or the Application'],
  ['scopes', 'scopes with claims', 'each is a Scope: write claims into it'],
  ['enforce_pkce', 'rules for PKCE', 'PKCE with S256 is required', 'always'],
  ['enable_pkce_plain_challenge', 'PKCE without a digest', 'move applications to S256', false],
  ['minimum_parameter_entropy', 'how long state and nonce are', 'applications choose them'],
  ['enable_client_debug_messages', 'errors with details', 'details are in the log', false],
  [
    'cors',
    'origins for all clients',
    'write corsOrigins for an application whose scripts call; those of a spa follow from its redirect URIs',
  ],
  [
    'require_pushed_authorization_requests',
    'PAR for all clients',
    'write par: required for each',
    false,
  ],
  ['pushed_authorizations', 'PAR for all clients', 'write par: required for each'],
  [
    'lifespans/custom/*/grants',
    'lifetimes of one grant',
    'lifetimes count for all grants: write another application where they differ',
  ],
  ['discovery_signed_response_*', ALG, 'metadata is not signed', 'none'],
)

const ofClient = remarksOf(
  [
    'client_secret',
    'a secret that its way to authenticate does not take',
    'take it out of the application',
  ],
  ['audience', 'audiences of its tokens', 'describe each API as a Resource, with its scopes'],
  ['requested_audience_mode', 'which audience is meant', 'applications name a resource, or none'],
  ['request_uris', 'addresses of requests', 'push requests to /par instead'],
  ['response_modes', 'ways to answer', 'query and form_post are served'],
  [
    'pre_configured_consent_duration',
    'how long consent is kept',
    'it is kept until it is withdrawn',
  ],
  [
    'require_pkce',
    'PKCE as it pleases',
    'it is required; write pkce: optional where a library cannot',
    true,
  ],
  ['pkce_challenge_method', 'PKCE without a digest', 'move the application to S256', 'S256'],
  ['claims_policy', 'which claims go where', 'write claims in the Application'],
  ['allow_multiple_auth_methods', 'two ways to authenticate at once', 'send one', false],
  ['jwks/#/certificate_chain', 'certificates of a key', 'the key alone counts'],
  ['id_token_signed_response_alg', ALG, 'see the KeyPolicy', 'RS256'],
  ['access_token_signed_response_alg', ALG, 'see tokens.format of the Resource', 'none'],
  ['userinfo_signed_response_alg', ALG, 'write userinfo: { signed: … }', 'none'],
  ['userinfo_signing_algorithm', ALG, 'write userinfo: { signed: … }', 'none'],
  ['introspection_signed_response_alg', ALG, 'write introspection: { signed: … }', 'none'],
  ['authorization_signed_response_alg', ALG, 'answers to the browser are not signed', 'none'],
  ...SIGNED_BY_CLIENT,
)

const below = (prefix: string, remarks: typeof ofServer): typeof ofServer =>
  remarks.map((each) => ({ ...each, pattern: `${prefix}/${each.pattern}` }))

export const remarks = [
  ...ofServer,
  ...below('identity_providers/oidc', ofProvider),
  ...below('identity_providers/oidc/clients/#', ofClient),
]
