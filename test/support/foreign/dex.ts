/** The configuration file that Dex documents. */
import { type Dice, dice, WORDS } from './dice.ts'

function client(throws: Dice, number: number) {
  const isPublic = throws.flag(0.3)
  return {
    ...(throws.flag(0.95)
      ? {
          id: throws.one([
            `client-${number}`,
            `client-${number}`,
            `x_${number}`,
            throws.flag(0.1) ? 'client-1' : `y-${number}`,
            throws.flag(0.1) ? `öl ${number}` : `z-${number}`,
          ]),
        }
      : { idEnv: 'DEX_CLIENT_ID' }),
    ...(isPublic
      ? { public: true }
      : throws.flag(0.8)
        ? { secret: throws.secret() }
        : { secretEnv: `DEX_SECRET_${number}` }),
    name: throws.one(WORDS),
    redirectURIs: throws.some([
      `https://x${number}.example/callback`,
      'http://127.0.0.1:5555/callback',
      'http://localhost:8000',
      'urn:ietf:wg:oauth:2.0:oob',
      '/device/callback',
      'http://plain.example/cb',
    ]),
    trustedPeers: throws.some(['client-1', 'client-2']),
    logoURL: throws.one(['', 'https://x.example/logo.png']),
    ...(throws.flag(0.2) ? { allowedConnectors: ['ldap'] } : {}),
  }
}

export function dexConfig(seed: number, clients: number) {
  const throws = dice(seed)
  return {
    issuer: 'https://dex.acme.example/people',
    storage: { type: 'postgres', config: { host: 'db', password: 'canary-storage' } },
    web: { http: '0.0.0.0:5556', allowedOrigins: ['*'] },
    telemetry: { http: '0.0.0.0:5558' },
    grpc: { addr: '127.0.0.1:5557' },
    expiry: {
      signingKeys: '6h',
      idTokens: throws.one(['24h', '1h30m', '90m']),
      authRequests: '24h',
      deviceRequests: '5m',
      refreshTokens: {
        disableRotation: throws.flag(),
        reuseInterval: '3s',
        validIfNotUsedFor: '2160h',
        absoluteLifetime: '3960h',
      },
    },
    logger: { level: 'debug', format: 'text' },
    oauth2: {
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code', 'token'],
      skipApprovalScreen: throws.flag(),
      alwaysShowLoginScreen: false,
      passwordConnector: 'local',
    },
    staticClients: Array.from({ length: clients }, (_, number) => client(throws, number)),
    connectors: [
      {
        type: 'ldap',
        id: 'ldap',
        name: 'LDAP',
        config: { host: 'ldap.example', bindPW: 'canary-ldap' },
      },
    ],
    enablePasswordDB: true,
    staticPasswords: [
      { email: 'admin@example.com', hash: '$2a$10$canary', username: 'admin', userID: '08a8684b' },
    ],
  }
}
