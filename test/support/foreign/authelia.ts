/** The configuration file that Authelia documents, with its OpenID Connect clients. */
import { generateKeyPairSync } from 'node:crypto'
import { type Dice, dice, WORDS } from './dice.ts'

const PEM = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'pem',
    type: 'spki',
  }),
)
const RSA = String(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
    format: 'pem',
    type: 'pkcs1',
  }),
)
const DIGEST =
  '$pbkdf2-sha512$310000$canary8p78n7pUMln0jzvd4aK4Q$canaryzwAo0ek5qKn50cFzzvE9RXV88h1w'

function secretOf(throws: Dice) {
  return throws.one([
    DIGEST,
    DIGEST,
    '$argon2id$v=19$m=65536,t=3,p=4$canary$canary',
    `$plaintext$${throws.secret()}`,
    throws.secret(),
    '{{ secret "/secrets/canary" }}',
  ])
}

/** Who it is, and how it proves that. */
function identified(throws: Dice, number: number) {
  const isOld = throws.flag(0.2)
  const names = {
    [isOld ? 'id' : 'client_id']: throws.one([
      `client-${number}`,
      `App.${number}`,
      `app_${number}~x`,
      throws.flag(0.1) ? 'client-1' : `y-${number}`,
    ]),
    [isOld ? 'description' : 'client_name']: throws.one(WORDS),
    ...maybe(throws, 0.1, {
      [isOld ? 'sector_identifier' : 'sector_identifier_uri']: 'https://a.example/sector.json',
    }),
  }
  if (throws.flag(0.3))
    return { ...names, public: true, ...maybe(throws, 0.5, { token_endpoint_auth_method: 'none' }) }
  const method = throws.one([
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
  ])
  return {
    ...names,
    [isOld ? 'secret' : 'client_secret']: secretOf(throws),
    ...maybe(throws, 0.4, { public: false }),
    ...maybe(throws, 0.6, { token_endpoint_auth_method: method }),
  }
}

const maybe = <T extends object>(throws: Dice, chance: number, fields: T): T | object =>
  throws.flag(chance) ? fields : {}

const KEYS = [
  { key_id: 'one', algorithm: 'ES256', use: 'sig', key: PEM },
  { key_id: 'two', algorithm: 'RS256', use: 'sig', key: RSA, certificate_chain: 'x' },
  { key: '-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n' },
]

const SCOPES = ['openid', 'groups', 'email', 'profile', 'offline_access']

const GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  'urn:ietf:params:oauth:grant-type:device_code',
]

const client = (throws: Dice, number: number) => ({
  ...identified(throws, number),
  redirect_uris: throws.some([
    `https://a${number}.example/oauth2/callback`,
    'https://a.example:8443/cb?x=1',
    'http://localhost:8000/cb',
    'http://plain.example/cb',
    'https://*.example/cb',
    'com.example.app:/cb',
  ]),
  ...maybe(throws, 0.2, { request_uris: ['https://a.example/request'] }),
  ...maybe(throws, 0.3, { audience: ['https://api.example'] }),
  ...maybe(throws, 0.8, {
    scopes: throws.some([...SCOPES, 'shop:read', 'authelia.bearer.authz']),
  }),
  ...maybe(throws, 0.7, { grant_types: throws.some(GRANTS) }),
  response_types: throws.some(['code', 'code id_token', 'id_token token']),
  response_modes: throws.some(['form_post', 'query', 'fragment', 'jwt']),
  ...maybe(throws, 0.8, {
    authorization_policy: throws.one(['one_factor', 'two_factor', 'staff']),
  }),
  ...maybe(throws, 0.4, { lifespan: throws.one(['short', 'long', 'absent']) }),
  ...maybe(throws, 0.3, { requested_audience_mode: 'implicit' }),
  consent_mode: throws.one(['auto', 'explicit', 'implicit', 'pre-configured']),
  ...maybe(throws, 0.3, { pre_configured_consent_duration: '1 week' }),
  ...maybe(throws, 0.2, { require_pushed_authorization_requests: true }),
  ...maybe(throws, 0.5, { require_pkce: throws.flag() }),
  ...maybe(throws, 0.5, { pkce_challenge_method: throws.one(['', 'plain', 'S256']) }),
  ...maybe(throws, 0.3, { claims_policy: 'legacy' }),
  id_token_signed_response_alg: throws.one(['RS256', 'ES256']),
  access_token_signed_response_alg: throws.one(['none', 'RS256']),
  userinfo_signed_response_alg: throws.one(['none', 'RS256']),
  introspection_signed_response_alg: 'none',
  authorization_signed_response_key_id: '',
  request_object_signing_alg: throws.one(['none', 'RS256']),
  token_endpoint_auth_signing_alg: throws.one(['', 'RS256']),
  ...maybe(throws, 0.1, { jwks_uri: `https://a${number}.example/jwks.json` }),
  ...maybe(throws, 0.3, { jwks: throws.some(KEYS) }),
  ...maybe(throws, 0.1, { allow_multiple_auth_methods: true }),
})

export function autheliaConfig(seed: number, clients: number) {
  const throws = dice(seed)
  return {
    theme: 'dark',
    server: { address: 'tcp://:9091', endpoints: { authz: { forward: {} } } },
    log: { level: 'debug' },
    telemetry: { metrics: { enabled: true } },
    totp: { issuer: 'acme.example' },
    webauthn: { disable: false },
    authentication_backend: {
      ldap: { address: 'ldap://ldap', user: 'cn=admin', password: 'canary-ldap' },
    },
    access_control: {
      default_policy: 'deny',
      rules: [{ domain: '*.acme.example', policy: 'two_factor' }],
    },
    session: {
      secret: 'canary-session',
      cookies: [
        {
          name: 'authelia_session',
          domain: 'acme.example',
          authelia_url: 'https://auth.acme.example',
          expiration: '1 hour',
        },
      ],
      redis: { host: 'redis', password: 'canary-redis' },
    },
    regulation: { max_retries: 3, find_time: '2m', ban_time: '5m' },
    storage: { encryption_key: 'canary-storage', local: { path: '/config/db.sqlite3' } },
    notifier: { smtp: { address: 'smtp://mail', password: 'canary-smtp' } },
    identity_validation: { reset_password: { jwt_secret: 'canary-reset' } },
    identity_providers: {
      oidc: {
        hmac_secret: 'canary-hmac',
        jwks: [{ key_id: 'main', algorithm: 'RS256', use: 'sig', key: 'canary-key' }],
        enable_client_debug_messages: throws.flag(),
        minimum_parameter_entropy: 8,
        enforce_pkce: throws.one(['public_clients_only', 'never', 'always']),
        enable_pkce_plain_challenge: throws.flag(),
        discovery_signed_response_alg: 'none',
        require_pushed_authorization_requests: throws.flag(),
        authorization_policies: {
          staff: {
            default_policy: 'deny',
            rules: [{ policy: 'one_factor', subject: ['group:staff'] }],
          },
        },
        claims_policies: { legacy: { id_token: ['email', 'groups'] } },
        lifespans: {
          access_token: throws.one(['1h', '1 hour and 30 minutes', 3600]),
          authorize_code: '1m',
          id_token: '1 hour',
          refresh_token: throws.one(['90m', '2 weeks', '90d']),
          custom: {
            short: { access_token: '5m', grants: { client_credentials: { access_token: '1m' } } },
            long: { access_token: '2 months', refresh_token: '1w' },
            unused: { id_token: '2h' },
          },
        },
        cors: {
          endpoints: ['token', 'userinfo'],
          allowed_origins: ['https://app.acme.example'],
          allowed_origins_from_client_redirect_uris: throws.flag(),
        },
        clients: Array.from({ length: clients }, (_, number) => client(throws, number)),
      },
    },
  }
}
