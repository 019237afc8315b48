/** A shop whose applications use what goes beyond the code flow: pushed, signed and asked elsewhere. */
import { aKey, type TestKey } from './assertion.ts'
import { MASTER_KEY } from './command.ts'
import { devProject } from './documents.ts'
import { aFolder } from './folder.ts'
import { applied, type Serving, serving } from './serving.ts'

export const EXTENDED = {
  /** Proves itself by a key that is in its document, and may sign its requests with it. */
  signing: { id: 'signing', key: aKey('shop-1') },
  /** Has to push its requests, and signs with its secret. */
  pushing: { id: 'pushing', secret: 'a-secret-of-at-least-32-bytes-which-is-long' },
  /** Has to sign its requests. */
  sealing: { id: 'sealing', key: aKey('seal-1') },
  /** Has no browser. */
  device: { id: 'device' },
  scope: 'openid profile email offline_access orders:read',
}

export const jwks = (key: Pick<TestKey, 'jwk'>): string =>
  `jwks: ${JSON.stringify({ keys: [key.jwk] })}`

/** A document of the shop, with these fields besides the usual. */
export const anApplication = (home: string, id: string, ...fields: readonly string[]): string =>
  `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: ${id} }
spec:
  type: web
  redirectUris: ['${home}/callback']
  postLogoutRedirectUris: ['${home}/bye']
  scopes: [openid, profile, email, offline_access, 'orders:read']
  ${fields.join('\n  ')}
`

const aDevice = (id: string): string => `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: ${id} }
spec:
  type: device
  displayName: Television
  scopes: [openid, profile, email, offline_access, 'orders:read']
  device: { interval: 1s }
`

const acme = `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
spec: { displayName: Acme }
---
apiVersion: tokenidp.dev/v1
kind: Resource
metadata: { tenant: acme, name: orders-api }
spec:
  identifier: https://api.acme.example
  scopes: [{ name: 'orders:read' }]
---
apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec:
  username: alice
  email: alice@acme.example
  emailVerified: true
  password: wonderland
  claims: { name: Alice Liddell, nickname: Al }
`

/** `tokenidp serve` in front of an applied shop with these applications. */
export async function servingShop(
  databaseUrl: string,
  applications: readonly string[],
): Promise<Serving> {
  const folder = aFolder(devProject(acme, ...applications))
  try {
    await applied(folder.path, databaseUrl, { TOKENIDP_MASTER_KEY: MASTER_KEY })
  } finally {
    folder.remove()
  }
  return serving({ databaseUrl })
}

/** The same with those of `EXTENDED`, which live at `home`. */
export function servingExtended(databaseUrl: string, home: string): Promise<Serving> {
  const { signing, pushing, sealing, device } = EXTENDED
  return servingShop(databaseUrl, [
    anApplication(
      home,
      signing.id,
      'grants: [authorization_code, refresh_token, "urn:openid:params:grant-type:ciba"]',
      'ciba: { interval: 1s }',
      'clientAuth: { method: private_key_jwt }',
      'introspection: { signed: RS256 }',
      jwks(signing.key),
    ),
    anApplication(
      home,
      pushing.id,
      'par: required',
      `clientAuth: { method: client_secret_jwt, secrets: [{ id: only, value: ${pushing.secret} }] }`,
    ),
    anApplication(
      home,
      sealing.id,
      'requestObject: { algorithm: ES256, required: true }',
      'clientAuth: { method: private_key_jwt }',
      jwks(sealing.key),
    ),
    aDevice(device.id),
  ])
}
