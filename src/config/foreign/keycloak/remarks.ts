import type { Remark } from '../not-carried.ts'
import { remarksOf } from '../product.ts'
import { ofClient } from './client-remarks.ts'

const IDS = 'an identifier of its database'
const NEW = 'new ones are given; no application knows them'
const PAGES = 'how pages look and speak'
const PAGES_NOW = 'colour and logo are in branding of the Tenant'
const ELSEWHERE = 'nothing here is like it yet: see whether people rely on it'
const SERVER = 'the server does this by itself'
const LOGIN = 'how people sign in and prove who they are'
const LOGIN_NOW = 'people sign in with a password; see what else they need'
const NAMES = 'a name for administrators'
const NO_NAME = 'write a comment in the documents, if anybody needs it'

const PEOPLE =
  'declared users are for environments of kind: dev only: make accounts with "tokenidp users add"; password hashes cannot be taken over, so people set new passwords'

const ofRealm = remarksOf(
  ['id', IDS, NEW],
  ['keycloakVersion', 'the version of Keycloak', 'nothing depends on it'],
  ['enabled', 'the realm is on or off', 'disable its applications one by one', true],
  ['users', 'people, with the hashes of their passwords', PEOPLE],
  ['federatedUsers', 'people of other directories', PEOPLE],
  ['groups', 'groups', 'people get them with "tokenidp users add --group"'],
  ['defaultGroups', 'groups of everybody', 'people get them with "tokenidp users add --group"'],
  ['defaultRole', 'roles of everybody', 'give them to people one by one'],
  ['defaultRoles', 'roles of everybody', 'give them to people one by one'],
  ['roles/client', 'roles of single clients', 'describe them as kind: Role of the tenant'],
  ['roles/realm/#/id', IDS, NEW],
  ['roles/realm/#/containerId', IDS, NEW],
  ['roles/realm/#/composite', 'a role made of others', 'give people each of them', false],
  ['roles/realm/#/composites', 'a role made of others', 'give people each of them'],
  ['roles/realm/#/attributes', 'attributes of a role', 'say what it permits in permissions'],
  [
    'scopeMappings',
    'which roles a client may name',
    'declare claims with roles: true where needed',
  ],
  [
    'clientScopeMappings',
    'which roles a client may name',
    'declare claims with roles: true where needed',
  ],
  ['clientScopes/#/id', IDS, NEW],
  [
    'clientScopes/#/attributes/include.in.token.scope',
    'whether it is told in tokens',
    'scopes that were granted are always told',
  ],
  [
    'clientScopes/#/attributes/display.on.consent.screen',
    'whether people are asked',
    'they are asked for all scopes, or for none: consent of the Application',
  ],
  ['clientScopes/#/attributes/gui.order', NAMES, NO_NAME],
  [
    'defaultDefaultClientScopes',
    'scopes of clients to come',
    'name them in each Application, or in a Profile',
  ],
  [
    'defaultOptionalClientScopes',
    'scopes of clients to come',
    'name them in each Application, or in a Profile',
  ],
  ['identityProviders', 'other identity providers that people sign in with', ELSEWHERE],
  ['identityProviderMappers', 'other identity providers that people sign in with', ELSEWHERE],
  ['userFederationProviders', 'a directory of people', ELSEWHERE],
  ['userFederationMappers', 'a directory of people', ELSEWHERE],
  [
    'components',
    'signing keys, directories, and other parts',
    'the server makes keys of its own: see KeyPolicy, and "tokenidp keys import" for those that verifiers have pinned',
  ],
  ['privateKey', 'a signing key', 'see KeyPolicy and "tokenidp keys import"'],
  ['publicKey', 'a signing key', 'see KeyPolicy and "tokenidp keys import"'],
  ['certificate', 'a signing key', 'see KeyPolicy and "tokenidp keys import"'],
  ['codeSecret', 'a secret of the server', SERVER],
  [
    'defaultSignatureAlgorithm',
    'what tokens are signed with',
    'ID tokens are signed with RS256 and access tokens with ES256, unless documents say otherwise',
  ],
  ['smtpServer', 'how mail is sent, perhaps with a password', ELSEWHERE],
  ['passwordPolicy', 'what passwords have to be like', ELSEWHERE],
  ['authenticationFlows', LOGIN, LOGIN_NOW],
  ['authenticatorConfig', LOGIN, LOGIN_NOW],
  ['requiredActions', LOGIN, LOGIN_NOW],
  ['requiredCredentials', LOGIN, LOGIN_NOW],
  ['browserFlow', LOGIN, LOGIN_NOW],
  ['registrationFlow', LOGIN, LOGIN_NOW],
  ['directGrantFlow', LOGIN, LOGIN_NOW],
  ['resetCredentialsFlow', LOGIN, LOGIN_NOW],
  ['clientAuthenticationFlow', LOGIN, LOGIN_NOW],
  ['dockerAuthenticationFlow', LOGIN, LOGIN_NOW],
  ['firstBrokerLoginFlow', LOGIN, LOGIN_NOW],
  ['otpPolicy*', LOGIN, LOGIN_NOW],
  ['otpSupportedApplications', LOGIN, LOGIN_NOW],
  ['webAuthnPolicy*', LOGIN, LOGIN_NOW],
  [
    'clientProfiles',
    'rules for clients',
    'the lints of "tokenidp validate" are such rules: see kind: Lint',
  ],
  [
    'clientPolicies',
    'rules for clients',
    'the lints of "tokenidp validate" are such rules: see kind: Lint',
  ],
  ['loginTheme', PAGES, PAGES_NOW],
  ['accountTheme', PAGES, PAGES_NOW],
  ['adminTheme', PAGES, PAGES_NOW],
  ['emailTheme', PAGES, PAGES_NOW],
  ['displayNameHtml', PAGES, PAGES_NOW],
  ['internationalizationEnabled', PAGES, PAGES_NOW, false],
  ['supportedLocales', PAGES, PAGES_NOW],
  ['defaultLocale', PAGES, PAGES_NOW],
  ['localizationTexts', PAGES, PAGES_NOW],
  ['browserSecurityHeaders', 'headers of pages', SERVER],
  ['events*', 'a record of what happened', 'see "tokenidp audit"'],
  ['enabledEventTypes', 'a record of what happened', 'see "tokenidp audit"'],
  ['adminEvents*', 'a record of what happened', 'see "tokenidp audit"'],
  ['sslRequired', 'whether https is needed', 'production environments always need it'],
  [
    'revokeRefreshToken',
    'whether refresh tokens are good for one use',
    'they are, with a grace of 10s; see tokens.refresh',
    true,
  ],
  [
    'refreshTokenMaxReuse',
    'how often a used refresh token still worked',
    'see tokens.refresh.grace',
    0,
  ],
  [
    'offlineSession*',
    'how long offline tokens live',
    'all refresh tokens of an application live as tokens.refresh says',
  ],
  ['clientSession*', 'how long sessions of clients last', 'see tokens.refresh of each Application'],
  [
    'clientOfflineSession*',
    'how long offline tokens live',
    'all refresh tokens of an application live as tokens.refresh says',
  ],
  ['ssoSession*', 'how long remembered sessions last', 'see session of the Tenant'],
  [
    'accessTokenLifespanForImplicitFlow',
    'a lifetime for the implicit flow',
    'OAuth 2.1 removes that flow',
  ],
  ['accessCodeLifespan*', 'how long people may take to sign in', SERVER],
  ['actionTokenGenerated*', 'how long links in mails work', ELSEWHERE],
  [
    'permanentLockout',
    'accounts that stay locked',
    'they are unlocked after signIn.lockout',
    false,
  ],
  [
    'maxTemporaryLockouts',
    'accounts that stay locked',
    'they are unlocked after signIn.lockout',
    0,
  ],
  ['bruteForceStrategy', 'how locks grow longer', 'a lock lasts for signIn.lockout'],
  ['waitIncrementSeconds', 'how locks grow longer', 'a lock lasts for signIn.lockout'],
  ['minimumQuickLoginWaitSeconds', 'how locks grow longer', 'a lock lasts for signIn.lockout'],
  ['quickLoginCheckMilliSeconds', 'how locks grow longer', 'a lock lasts for signIn.lockout'],
  ['maxDeltaTimeSeconds', 'how locks grow longer', 'a lock lasts for signIn.lockout'],
  ['loginWithEmailAllowed', 'whether people sign in with their address', 'they do', true],
  ['attributes', 'settings of single features', ELSEWHERE],
)

export const remarks: readonly Remark[] = [
  ...ofRealm,
  ...ofClient.map((each) => ({ ...each, pattern: `clients/#/${each.pattern}` })),
]
