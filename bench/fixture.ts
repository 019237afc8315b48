/** Writes the large configuration that plans and applies are measured with. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Size {
  readonly tenants: number
  /** In all. Each has two redirect URIs. */
  readonly applications: number
  /** Applications per file. */
  readonly perFile: number
  /** What signs ID tokens, where it is not to be RSA: its keys take a tenth of a second each to make. */
  readonly idTokens?: 'ES256'
}

export const LARGE: Size = { tenants: 50, applications: 10_000, perFile: 100 }

const document = (kind: string, body: string): string =>
  `apiVersion: tokenidp.dev/v1\nkind: ${kind}\n${body}`

/** Every file ends up in the folder, by its name. */
export function writeFixture(folder: string, size: Size): void {
  const { tenants, applications, perFile, idTokens } = size
  mkdirSync(join(folder, 'tenants'), { recursive: true })
  writeFileSync(
    join(folder, 'tokenidp.yaml'),
    [
      document('Project', 'metadata:\n  name: large\n'),
      document(
        'Environment',
        'metadata:\n  name: prod\nspec:\n  kind: production\n  publicUrl: https://id.large.example\n',
      ),
      // Ends would be told of in metrics, too: nothing here is otherwise than when the figures were taken.
      document(
        'Lint',
        'metadata:\n  name: lint\nspec:\n  severities:\n    TIDP2091: "off"\n    TIDP2092: "off"\n',
      ),
    ].join('---\n'),
  )
  for (let tenant = 0; tenant < tenants; tenant += 1)
    writeFileSync(join(folder, 'tenants', `t${tenant}.yaml`), tenantText(tenant, idTokens))
  for (let first = 0; first < applications; first += perFile) {
    const count = Math.min(perFile, applications - first)
    const texts = Array.from({ length: count }, (_, index) =>
      signedBy(idTokens, applicationText(first + index, tenants)),
    )
    writeFileSync(join(folder, `applications-${first / perFile}.yaml`), texts.join('---\n'))
  }
}

/** Who has another algorithm brings `KeyPolicy` documents with this name. */
const tenantText = (tenant: number, idTokens: Size['idTokens']): string =>
  [
    document(
      'Tenant',
      `metadata:\n  name: t${tenant}\nspec:\n  displayName: Tenant ${tenant}\n${idTokens === undefined ? '' : '  keyPolicy: keys\n'}`,
    ),
    document(
      'Resource',
      `metadata:
  tenant: t${tenant}
  name: orders
spec:
  identifier: https://orders.t${tenant}.example
  displayName: Orders
  scopes:
    - name: orders:read
      displayName: Read orders
    - name: orders:write
      displayName: Write orders
`,
    ),
  ].join('---\n')

const signedBy = (algorithm: Size['idTokens'], text: string): string =>
  algorithm === undefined
    ? text
    : text.replace('  tokens:\n', `$&    id:\n      algorithm: ${algorithm}\n`)

/** About 650 bytes, like one that a team would write. */
export const applicationText = (index: number, tenants: number, name = `Application ${index}`) =>
  document(
    'Application',
    `metadata:
  tenant: t${index % tenants}
  name: app-${index}
  labels:
    team: team-${index % 40}
    tier: "${index % 3}"
spec:
  clientId: app-${index}
  type: web
  displayName: ${name}
  redirectUris:
    - https://app-${index}.t${index % tenants}.example/callback
    - https://app-${index}.t${index % tenants}.example/silent
  postLogoutRedirectUris:
    - https://app-${index}.t${index % tenants}.example/
  grants: [authorization_code, refresh_token]
  scopes: [openid, profile, email, offline_access, orders:read]
  tokens:
    access:
      ttl: 15m
    refresh:
      ttl: 30d
      rotation: required
  clientAuth:
    secrets:
      - id: first
        value:
          fromEnv: LARGE_SECRET
`,
  )
