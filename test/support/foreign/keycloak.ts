/** Realm exports as Keycloak documents them (RealmRepresentation, ClientRepresentation). */
import { selfSigned } from '../certificate.ts'
import { type Dice, dice, WORDS } from './dice.ts'
import { clientScope, mapper } from './keycloak-scopes.ts'

const SCOPES = [
  'web-origins',
  'acr',
  'profile',
  'roles',
  'basic',
  'email',
  'orders',
  'loyalty:read',
  'not-described',
]

function attributes(throws: Dice, number: number) {
  const certificate = throws.flag(0.3) ? CERTIFICATE() : undefined
  return {
    'pkce.code.challenge.method': throws.one(['S256', 'plain', '']),
    'post.logout.redirect.uris': throws.one([
      '+',
      '-',
      `https://a${number}.example/bye##https://a${number}.example/*`,
      '',
    ]),
    'backchannel.logout.url': throws.one([
      '',
      `https://a${number}.example/out`,
      'http://plain.example/out',
    ]),
    'backchannel.logout.session.required': String(throws.flag()),
    'backchannel.logout.revoke.offline.tokens': 'false',
    'frontchannel.logout.url': throws.one(['', `https://a${number}.example/front`]),
    'oauth2.device.authorization.grant.enabled': String(throws.flag(0.2)),
    'oidc.ciba.grant.enabled': String(throws.flag(0.1)),
    'use.refresh.tokens': String(throws.flag(0.8)),
    'access.token.lifespan': throws.one(['', '60', '1800', '999999', '-1', 'soon']),
    'client.session.max.lifespan': throws.one(['', '7200', '0']),
    'client.session.idle.timeout': throws.one(['', '3600']),
    'require.pushed.authorization.requests': String(throws.flag(0.1)),
    'saml.authnstatement': throws.one(['', 'true', 'false']),
    login_theme: throws.one(['', 'acme']),
    'client.secret.creation.time': '1700000000',
    'use.jwks.url': String(throws.flag()),
    'jwks.url': throws.one(['', `https://a${number}.example/jwks`]),
    ...(certificate === undefined ? {} : { 'jwt.credential.certificate': certificate }),
  }
}

let certificate: string | undefined
const CERTIFICATE = (): string => {
  certificate ??= selfSigned().cert.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  return certificate
}

function client(throws: Dice, number: number) {
  const name = throws.one(WORDS)
  return {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    clientId: throws.one([
      `app-${number}`,
      `App_${number}`,
      `https://app.example/${number}`,
      throws.flag(0.1) ? `öl ${number}` : `öl-${number}`,
      throws.flag(0.1) ? 'app-1' : `other-${number}`,
    ]),
    name,
    description: throws.one(['', 'Some client']),
    rootUrl: throws.one(['', `https://a${number}.example`]),
    adminUrl: '',
    baseUrl: throws.one(['', '/home']),
    surrogateAuthRequired: false,
    enabled: throws.flag(0.9),
    alwaysDisplayInConsole: false,
    clientAuthenticatorType: throws.one([
      'client-secret',
      'client-secret',
      'client-secret',
      'client-jwt',
      'client-x509',
    ]),
    secret: throws.one([throws.secret(), throws.secret(), '**********']),
    redirectUris: throws.some([
      `https://a${number}.example/callback`,
      `https://a${number}.example/*`,
      'http://localhost:3000/*',
      'http://127.0.0.1:8400/callback',
      '/relative/callback',
      'com.example.app:/callback',
      'myapp:/callback',
      '*',
      `http://plain${number}.example/cb`,
      'https://user:pass@a.example/cb',
    ]),
    webOrigins: throws.some([
      '+',
      '*',
      `https://b${number}.example`,
      'https://b.example/path',
      'http://localhost:3000',
    ]),
    notBefore: 0,
    bearerOnly: throws.flag(0.05),
    consentRequired: throws.flag(0.2),
    standardFlowEnabled: throws.flag(0.8),
    implicitFlowEnabled: throws.flag(0.2),
    directAccessGrantsEnabled: throws.flag(0.3),
    serviceAccountsEnabled: throws.flag(0.3),
    publicClient: throws.flag(0.4),
    frontchannelLogout: throws.flag(0.3),
    protocol: throws.flag(0.95) ? 'openid-connect' : 'saml',
    attributes: attributes(throws, number),
    authenticationFlowBindingOverrides: {},
    fullScopeAllowed: throws.flag(),
    nodeReRegistrationTimeout: -1,
    protocolMappers: throws.some(['one', 'two', 'three']).map((each) => mapper(throws, each)),
    defaultClientScopes: throws.some(SCOPES),
    optionalClientScopes: throws.some(['address', 'phone', 'offline_access', 'microprofile-jwt']),
  }
}

export function keycloakRealm(seed: number, clients: number, realm = 'Acme Größe') {
  const throws = dice(seed)
  return {
    id: 'f6c8a1d2-0000-4000-8000-000000000000',
    realm,
    displayName: 'Acme',
    displayNameHtml: '<b>Acme</b>',
    notBefore: 0,
    defaultSignatureAlgorithm: 'RS256',
    revokeRefreshToken: throws.flag(),
    refreshTokenMaxReuse: 0,
    accessTokenLifespan: 300,
    accessTokenLifespanForImplicitFlow: 900,
    ssoSessionIdleTimeout: 1800,
    ssoSessionMaxLifespan: 36000,
    ssoSessionIdleTimeoutRememberMe: 0,
    offlineSessionIdleTimeout: 2592000,
    offlineSessionMaxLifespanEnabled: false,
    accessCodeLifespan: 60,
    accessCodeLifespanUserAction: 300,
    accessCodeLifespanLogin: 1800,
    oauth2DeviceCodeLifespan: 600,
    oauth2DevicePollingInterval: 5,
    enabled: true,
    sslRequired: 'external',
    registrationAllowed: throws.flag(),
    bruteForceProtected: true,
    permanentLockout: false,
    failureFactor: 30,
    maxFailureWaitSeconds: 900,
    maxDeltaTimeSeconds: 43200,
    roles: {
      realm: [
        'offline_access',
        'uma_authorization',
        'default-roles-acme',
        'ADMIN',
        'Manager Größe',
        'admin',
        'user',
      ].map((name) => ({
        id: `r-${name}`,
        name,
        description: throws.one(['', `$\{role_${name}}`, 'May']),
        composite: false,
        clientRole: false,
        containerId: 'f6c8',
        attributes: {},
      })),
      client: { account: [{ id: 'rc', name: 'manage-account', composite: false }] },
    },
    groups: [{ id: 'g', name: 'Staff', path: '/Staff' }],
    defaultRole: { id: 'dr', name: 'default-roles-acme' },
    requiredCredentials: ['password'],
    passwordPolicy: 'length(8)',
    otpPolicyType: 'totp',
    webAuthnPolicyRpEntityName: 'keycloak',
    users: [
      {
        username: 'alice',
        email: 'alice@acme.example',
        enabled: true,
        credentials: [
          {
            type: 'password',
            secretData: '{"value":"canary-hash","salt":"canary-salt"}',
            credentialData: '{"algorithm":"argon2"}',
          },
        ],
        realmRoles: ['user'],
      },
    ],
    scopeMappings: [{ clientScope: 'offline_access', roles: ['offline_access'] }],
    clients: [
      ...['account', 'admin-cli', 'realm-management'].map((clientId) => ({
        id: `k-${clientId}`,
        clientId,
        enabled: true,
        protocol: 'openid-connect',
      })),
      ...Array.from({ length: clients }, (_, number) => client(throws, number)),
    ],
    clientScopes: [
      'profile',
      'email',
      'roles',
      'web-origins',
      'role_list',
      'orders',
      'loyalty:read',
      'with space',
      'orders',
    ].map((name) => clientScope(throws, name)),
    defaultDefaultClientScopes: ['profile', 'email'],
    smtpServer: { host: 'smtp.example', password: 'canary-smtp' },
    loginTheme: 'acme',
    eventsEnabled: false,
    identityProviders: [
      { alias: 'google', providerId: 'google', config: { clientSecret: 'canary-idp' } },
    ],
    components: {
      'org.keycloak.keys.KeyProvider': [{ id: 'c', config: { privateKey: ['canary-key'] } }],
    },
    internationalizationEnabled: false,
    authenticationFlows: [
      {
        id: 'a',
        alias: 'browser',
        authenticationExecutions: [{ authenticator: 'auth-cookie', priority: 10 }],
      },
    ],
    browserFlow: 'browser',
    attributes: {
      cibaBackchannelTokenDeliveryMode: 'poll',
      frontendUrl: 'https://id.acme.example/auth',
    },
    keycloakVersion: '26.0.0',
    userManagedAccessAllowed: false,
  }
}
