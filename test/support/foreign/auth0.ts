/** The tenant.yaml that the Auth0 deploy CLI documents, with members of its Management API. */
import { type Dice, dice, WORDS } from './dice.ts'

function client(throws: Dice, number: number) {
  const type = throws.one([
    'spa',
    'native',
    'regular_web',
    'regular_web',
    'non_interactive',
    'resource_server',
  ])
  return {
    name: throws.one([`Client ${number}`, `${throws.one(WORDS)} ${number}`]),
    ...(throws.flag(0.3) ? { client_id: `AbC${number}xYz`, client_secret: throws.secret() } : {}),
    app_type: type,
    description: throws.one(['', 'Some client']),
    allowed_clients: [],
    allowed_logout_urls: throws.some([`https://c${number}.example/bye`, 'http://localhost:3000']),
    allowed_origins: throws.some([`https://c${number}.example`, 'https://*.c.example']),
    web_origins: throws.some([`https://d${number}.example`]),
    callbacks: throws.some([
      `https://c${number}.example/cb`,
      'http://localhost:3000/cb',
      'https://*.c.example/cb',
      'com.example.app://c.eu.auth0.com/ios/cb',
    ]),
    client_aliases: [],
    client_metadata: throws.one([{}, { team: 'a' }]),
    cross_origin_authentication: throws.flag(0.1),
    custom_login_page_on: throws.flag(),
    grant_types: throws.some([
      'authorization_code',
      'implicit',
      'refresh_token',
      'client_credentials',
      'password',
      'http://auth0.com/oauth/grant-type/password-realm',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]),
    initiate_login_uri: throws.one([
      '',
      `https://c${number}.example/login`,
      'http://c.example/login',
    ]),
    is_first_party: throws.flag(0.8),
    is_token_endpoint_ip_header_trusted: false,
    jwt_configuration: {
      alg: throws.one(['RS256', 'HS256', 'PS256']),
      lifetime_in_seconds: throws.one([36000, 900, 9999999]),
      secret_encoded: false,
    },
    logo_uri: throws.one(['', 'https://c.example/logo.png']),
    native_social_login: { apple: { enabled: throws.flag(0.1) }, facebook: { enabled: false } },
    oidc_conformant: throws.flag(0.9),
    oidc_logout: {
      backchannel_logout_urls: throws.some([
        `https://c${number}.example/out`,
        'https://other.example/out',
      ]),
    },
    refresh_token: {
      expiration_type: throws.one(['expiring', 'non-expiring']),
      leeway: throws.one([0, 30]),
      infinite_token_lifetime: throws.flag(0.3),
      infinite_idle_token_lifetime: throws.flag(0.3),
      token_lifetime: 2592000,
      idle_token_lifetime: 1296000,
      rotation_type: throws.one(['rotating', 'non-rotating']),
    },
    require_pushed_authorization_requests: throws.flag(0.1),
    sso_disabled: false,
    token_endpoint_auth_method:
      type === 'spa' || type === 'native'
        ? 'none'
        : throws.one(['client_secret_post', 'client_secret_basic', 'none']),
    ...(throws.flag(0.1)
      ? {
          client_authentication_methods: {
            private_key_jwt: { credentials: [{ name: 'k', credential_type: 'public_key' }] },
          },
        }
      : {}),
  }
}

export function auth0Tenant(seed: number, clients: number) {
  const throws = dice(seed)
  const all = Array.from({ length: clients }, (_, number) => client(throws, number))
  return {
    tenant: {
      friendly_name: 'Acme',
      session_lifetime: throws.one([168, 3.0166666666666666]),
      idle_session_lifetime: 72,
      support_email: 'help@acme.example',
      flags: { enable_pipeline2: false, universal_login: true },
      session_cookie: { mode: 'non-persistent' },
    },
    branding: {
      colors: { primary: '#F8F8F2', page_background: '#222221' },
      logo_url: 'https://acme.example/logo.png',
    },
    clients: all,
    resourceServers: [
      {
        name: 'Orders API',
        identifier: 'https://orders.acme.example',
        allow_offline_access: true,
        enforce_policies: false,
        scopes: [
          { value: 'read:orders', description: 'Read orders' },
          { value: 'write:orders' },
          { value: 'profile' },
        ],
        signing_alg: 'RS256',
        skip_consent_for_verifiable_first_party_clients: true,
        token_dialect: throws.one(['access_token', 'access_token_authz']),
        token_lifetime: 86400,
        token_lifetime_for_web: 7200,
      },
      {
        name: 'Again',
        identifier: 'https://again.acme.example',
        scopes: [{ value: 'read:orders' }, { value: 'with space' }],
        signing_alg: 'HS256',
        token_lifetime: 2592000,
      },
      { name: 'Plain', identifier: 'plain', scopes: [{ value: 'x' }] },
      { name: 'Keyword', identifier: 'https://##ENV##.acme.example', scopes: [{ value: 'y' }] },
    ],
    clientGrants: [
      ...all.slice(0, Math.ceil(clients / 2)).map(({ name }) => ({
        client_id: name,
        audience: throws.one([
          'https://orders.acme.example',
          'https://again.acme.example',
          'https://acme.eu.auth0.com/api/v2/',
        ]),
        scope: throws.some(['read:orders', 'write:orders', 'unknown']),
      })),
      { client_id: 'Nobody', audience: 'https://orders.acme.example', scope: ['read:orders'] },
    ],
    roles: [
      {
        name: 'Admin',
        description: 'All',
        permissions: [
          {
            permission_name: 'read:orders',
            resource_server_identifier: 'https://orders.acme.example',
          },
        ],
      },
      { name: 'admin', permissions: [] },
    ],
    databases: [
      {
        name: 'users',
        strategy: 'auth0',
        enabled_clients: ['Client 1'],
        options: { passwordPolicy: 'good' },
      },
    ],
    connections: [
      { name: 'google', strategy: 'google-oauth2', options: { client_secret: 'canary-google' } },
    ],
    rules: [],
    rulesConfigs: [],
    actions: [
      {
        name: 'enrich',
        code: './actions/enrich.js',
        secrets: [{ name: 'S', value: 'canary-action' }],
      },
    ],
    emailProvider: { name: 'smtp', credentials: { smtp_pass: 'canary-mail' } },
    guardianFactors: [{ name: 'otp', enabled: true }],
    attackProtection: {
      bruteForceProtection: { enabled: true, max_attempts: 10 },
      suspiciousIpThrottling: { enabled: true },
    },
    pages: [{ name: 'login', html: './pages/login.html' }],
    organizations: [],
  }
}
