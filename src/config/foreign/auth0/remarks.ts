import type { Remark } from '../not-carried.ts'
import { remarksOf } from '../product.ts'

const ELSEWHERE = 'nothing here is like it yet: see whether people rely on it'
const CODE = 'code of yours that ran at sign-in'
const CODE_NOW = 'declare claims in claims; do the rest in the applications'
const PAGES = 'how pages look and speak'
const PAGES_NOW = 'colour and logo are in branding of the Tenant'
const LOGIN = 'how people sign in and prove who they are'
const LOGIN_NOW = 'people sign in with a password; see what else they need'
const NOTE = 'a note about the client'
const NO_NOTE = 'write a comment in the documents, if anybody needs it'
const OF_AUTH0 = 'a setting of Auth0 itself'
const NO_NEED = 'nothing here needs it'

const ofTenant = remarksOf(
  ['rules', CODE, CODE_NOW],
  ['rulesConfigs', CODE, CODE_NOW],
  ['hooks', CODE, CODE_NOW],
  ['actions', CODE, CODE_NOW],
  ['actionModules', CODE, CODE_NOW],
  ['triggers', CODE, CODE_NOW],
  ['flows', CODE, CODE_NOW],
  ['flowVaultConnections', CODE, CODE_NOW],
  ['forms', CODE, CODE_NOW],
  ['pages', PAGES, PAGES_NOW],
  ['prompts', PAGES, PAGES_NOW],
  ['themes', PAGES, PAGES_NOW],
  ['branding', PAGES, PAGES_NOW],
  ['tenant/universal_login', PAGES, PAGES_NOW],
  ['tenant/change_password', PAGES, PAGES_NOW],
  ['tenant/guardian_mfa_page', PAGES, PAGES_NOW],
  ['tenant/error_page', PAGES, PAGES_NOW],
  ['tenant/enabled_locales', PAGES, PAGES_NOW],
  ['tenant/support_*', PAGES, PAGES_NOW],
  ['tenant/flags', OF_AUTH0, NO_NEED],
  ['tenant/sandbox_version', OF_AUTH0, NO_NEED],
  ['tenant/session_cookie', 'whether a session outlives the browser', 'see session of the Tenant'],
  [
    'tenant/allowed_logout_urls',
    'addresses after sign-out for all clients',
    'write postLogoutRedirectUris in each Application, or in a Profile',
  ],
  ['tenant/default_*', OF_AUTH0, NO_NEED],
  ['emailProvider', 'how mail is sent, perhaps with a password', ELSEWHERE],
  ['emailTemplates', 'mails', ELSEWHERE],
  ['phoneProviders', 'how text messages are sent, perhaps with a password', ELSEWHERE],
  ['phoneTemplates', 'text messages', ELSEWHERE],
  [
    'databases',
    'people with passwords, and which applications they may use',
    'all people of a tenant may use its applications: make accounts with "tokenidp users add"; password hashes cannot be taken over',
  ],
  ['connections', 'identity providers that people sign in with, perhaps with secrets', ELSEWHERE],
  ['connectionProfiles', 'identity providers that people sign in with', ELSEWHERE],
  ['organizations', 'organizations', 'describe another Tenant for those that must be apart'],
  ['userAttributeProfiles', 'what identity providers tell of people', ELSEWHERE],
  ['selfServiceProfiles', 'identity providers that customers set up', ELSEWHERE],
  ['guardian*', LOGIN, LOGIN_NOW],
  [
    'attackProtection',
    'what protects the sign-in',
    'see signIn of the Tenant, and rateLimits of the Environment',
  ],
  ['riskAssessment*', 'what protects the sign-in', ELSEWHERE],
  ['networkACLs', 'who may connect', 'let the proxy in front decide it'],
  ['logStreams', 'where records go', 'see "tokenidp audit", and what "tokenidp serve" logs'],
  ['eventStreams', 'where events go', ELSEWHERE],
  ['customDomains', 'hosts of its own', 'write hosts in the Tenant, once they lead here'],
  ['tokenExchangeProfiles', 'token exchange', ELSEWHERE],
  ['migrations', OF_AUTH0, NO_NEED],
  ['roles/#/id', 'an identifier', 'new ones are given'],
  [
    'roles/#/permissions/#/resource_server_identifier',
    'which API a permission is of',
    'a permission is a word: see that no two APIs mean different things by it',
  ],
  [
    'roles/#/permissions/#/resource_server_name',
    'which API a permission is of',
    'a permission is a word',
  ],
  ['clientGrants/#/subject_type', 'for whom a client may ask', 'its grants decide it', 'client'],
  ['clientGrants/#/allow_any_organization', 'organizations', ELSEWHERE, false],
  ['clientGrants/#/organization_usage', 'organizations', ELSEWHERE, 'deny'],
  ['resourceServers/#/id', 'an identifier', 'new ones are given'],
  ['resourceServers/#/is_system', OF_AUTH0, NO_NEED, false],
  [
    'resourceServers/#/allow_offline_access',
    'refresh tokens for this API',
    'they are for an application: see its scopes',
    true,
  ],
  [
    'resourceServers/#/skip_consent_for_verifiable_first_party_clients',
    'whether people are asked',
    'see consent of each Application',
    true,
  ],
  [
    'resourceServers/#/enforce_policies',
    'whether the roles of people limit what they may give',
    'claims with permissions: true tell APIs what people may',
    false,
  ],
  [
    'resourceServers/#/token_dialect',
    'whether tokens name permissions',
    'declare a claim permissions with permissions: true',
    'access_token',
  ],
  [
    'resourceServers/#/token_lifetime_for_web',
    'a lifetime for the implicit flow',
    'OAuth 2.1 removes that flow',
  ],
  ['resourceServers/#/token_encryption', 'encrypted access tokens', ELSEWHERE],
  ['resourceServers/#/proof_of_possession', 'tokens bound to a key', ELSEWHERE],
  ['resourceServers/#/consent_policy', 'how people are asked', 'see consent of each Application'],
  [
    'resourceServers/#/signing_secret',
    'a secret that tokens were signed with',
    'APIs verify with the keys in jwks',
  ],
)

const ofClient = remarksOf(
  ['tenant', OF_AUTH0, NO_NEED],
  ['global', OF_AUTH0, NO_NEED, false],
  ['description', NOTE, NO_NOTE],
  ['client_metadata', NOTE, 'write labels in metadata, or keep it in the application'],
  [
    'is_first_party',
    'whether it is your own',
    'it matters where people sign in: see consent',
    true,
  ],
  ['client_aliases', 'other names of the client', NO_NEED],
  ['allowed_clients', 'clients that exchanged tokens', NO_NEED],
  ['logo_uri', 'a picture of the application', 'the pages show its name'],
  ['sso', OF_AUTH0, NO_NEED],
  ['sso_disabled', 'people sign in each time', 'let the application send prompt=login', false],
  ['custom_login_page*', PAGES, PAGES_NOW],
  ['form_template', PAGES, PAGES_NOW],
  [
    'cross_origin_*',
    'sign-in from another site',
    'people sign in on the pages of the server',
    false,
  ],
  ['oidc_conformant', 'behaviour before OpenID Connect', 'OpenID Connect is all there is', true],
  [
    'is_token_endpoint_ip_header_trusted',
    'a header with the address of the person',
    'see trustedProxies of the Project',
    false,
  ],
  ['native_social_login', 'identity providers that people sign in with', ELSEWHERE],
  [
    'mobile',
    'applications that open links',
    'publish the files of iOS and Android on a host of yours',
  ],
  ['addons', 'SAML and others', 'they are not served'],
  [
    'jwt_configuration/secret_encoded',
    'how a signing secret was written',
    'tokens are signed with keys',
    false,
  ],
  ['jwt_configuration/scopes', 'how a signing secret was used', 'tokens are signed with keys'],
  ['encryption_key', 'a key of Auth0', NO_NEED],
  ['signing_keys', 'keys of Auth0', 'the server makes keys of its own'],
  ['organization_*', 'organizations', ELSEWHERE],
  ['default_organization', 'organizations', ELSEWHERE],
  [
    'refresh_token/expiration_type',
    'refresh tokens that end',
    'they do: see tokens.refresh',
    'expiring',
  ],
  [
    'refresh_token/infinite_*',
    'refresh tokens without an end',
    'they end: see tokens.refresh',
    false,
  ],
  [
    'refresh_token/policies',
    'other APIs of a refresh token',
    'a refresh may ask for every resource that was granted',
  ],
  ['compliance_level', 'FAPI', 'write par, requestObject and clientAuth'],
  ['require_proof_of_possession', 'tokens bound to a key', ELSEWHERE, false],
  ['express_configuration', OF_AUTH0, NO_NEED],
  ['token_exchange', 'token exchange', ELSEWHERE],
  ['session_transfer', 'sign-in that passes from one application to another', ELSEWHERE],
  ['token_quota', 'how many tokens', 'see rateLimits of the Environment'],
)

export const remarks: readonly Remark[] = [
  ...ofTenant,
  ...ofClient.map((each) => ({ ...each, pattern: `clients/#/${each.pattern}` })),
]
