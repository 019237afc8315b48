/** Clients as the admin API of Ory Hydra documents them (OAuth2Client). */
import { generateKeyPairSync } from 'node:crypto'
import { type Dice, dice, WORDS } from './dice.ts'

const KEY = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid: 'one',
  use: 'sig',
}

function client(throws: Dice, number: number) {
  const method = throws.one([
    'client_secret_basic',
    'client_secret_post',
    'none',
    'private_key_jwt',
    'tls_client_auth',
  ])
  return {
    client_id: throws.one([
      `id-${number}`,
      `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
      `id.${number}`,
      `ID_${number}`,
      throws.flag(0.1) ? `Client ${number}` : `c${number}`,
      throws.flag(0.1) ? 'id-1' : `d${number}`,
    ]),
    client_name: throws.one([...WORDS, '']),
    ...(throws.flag(0.3)
      ? { client_secret: throws.one([throws.secret(), '$2b$12$abcdefghijklmnopqrstuv']) }
      : {}),
    client_secret_expires_at: throws.one([0, 0, 4_000_000_000]),
    redirect_uris: throws.some([
      `https://h${number}.example/cb`,
      'http://127.0.0.1/cb',
      'http://localhost:3000/cb',
      'com.example.app:/cb',
      'https://h.example/#x',
    ]),
    grant_types: throws.some([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'implicit',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]),
    response_types: throws.some(['code', 'id_token', 'token']),
    scope: throws
      .some(['openid', 'offline', 'offline_access', 'email', 'photos.read', 'photos.write'])
      .join(' '),
    audience: throws.some(['https://api.example', 'plain']),
    owner: throws.one(['', 'team-a']),
    policy_uri: '',
    allowed_cors_origins: throws.some([
      `https://h${number}.example`,
      'https://*.example',
      'http://plain.example',
    ]),
    tos_uri: '',
    client_uri: throws.one(['', 'https://h.example']),
    logo_uri: '',
    contacts: throws.some(['ops@h.example']),
    subject_type: throws.one(['public', 'public', 'pairwise']),
    sector_identifier_uri: throws.one(['', `https://h${number}.example/sector.json`]),
    jwks: throws.flag() ? { keys: [KEY] } : {},
    ...(throws.flag(0.2) ? { jwks_uri: `https://h${number}.example/jwks` } : {}),
    token_endpoint_auth_method: method,
    token_endpoint_auth_signing_alg: throws.one(['', 'RS256']),
    request_uris: throws.some(['https://h.example/request']),
    request_object_signing_alg: throws.one(['none', 'RS256']),
    userinfo_signed_response_alg: throws.one(['none', 'RS256']),
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    frontchannel_logout_uri: throws.one(['', `https://h${number}.example/front`]),
    frontchannel_logout_session_required: throws.flag(),
    backchannel_logout_uri: throws.one([
      '',
      `https://h${number}.example/back`,
      'http://h.example/back',
    ]),
    backchannel_logout_session_required: throws.flag(),
    post_logout_redirect_uris: throws.some([`https://h${number}.example/bye`]),
    metadata: throws.one([{}, { team: 'a', cost: 7 }]),
    skip_consent: throws.flag(0.2),
    skip_logout_consent: throws.one([null, true, false]),
    access_token_strategy: throws.one(['', 'jwt', 'opaque']),
    registration_access_token: throws.one(['', throws.secret()]),
    authorization_code_grant_access_token_lifespan: throws.one([
      null,
      '1h0m0s',
      '31h0m0s',
      '1.5s',
      'x',
    ]),
    authorization_code_grant_id_token_lifespan: throws.one([null, '30m']),
    authorization_code_grant_refresh_token_lifespan: throws.one([null, '720h']),
    client_credentials_grant_access_token_lifespan: throws.one([null, '10m']),
    implicit_grant_access_token_lifespan: null,
    refresh_token_grant_access_token_lifespan: throws.one([null, '41h0m0s']),
  }
}

export function hydraClients(seed: number, clients: number) {
  const throws = dice(seed)
  return Array.from({ length: clients }, (_, number) => client(throws, number))
}
