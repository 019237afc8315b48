/** Projects as text, by file name, to be changed one place at a time. */
type Files = Record<string, string>

export const document = (
  kind: string,
  metadata: Readonly<Record<string, string>>,
  spec = '',
): string =>
  [
    'apiVersion: tokenidp.dev/v1',
    `kind: ${kind}`,
    'metadata:',
    ...Object.entries(metadata).map(([name, value]) => `  ${name}: ${value}`),
    ...(spec === ''
      ? []
      : [
          'spec:',
          ...spec
            .trim()
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
    '',
  ].join('\n')

/** Documents as one file. */
export const joined = (...documents: readonly string[]): string => documents.join('---\n')

const environment = document(
  'Environment',
  { name: 'dev' },
  `
kind: dev
publicUrl: http://127.0.0.1:4000
`,
)

const orders = document(
  'Resource',
  { tenant: 'acme', name: 'orders-api' },
  `
identifier: https://api.acme.example
scopes:
  - name: orders:read
`,
)

export const worker = (secret = 'worker-secret'): string =>
  document(
    'Application',
    { tenant: 'acme', name: 'worker' },
    `
clientId: worker
type: machine
displayName: Worker
scopes:
  - orders:read
clientAuth:
  secrets:
    - id: first
      value: ${secret}
`,
  )

const alice = document(
  'User',
  { tenant: 'acme', name: 'alice' },
  `
username: alice
email: alice@acme.example
password: wonderland
`,
)

/** A small shop, for commands. */
export const aProject = (change: Files = {}): Files => ({
  'tokenidp.yaml': joined(document('Project', { name: 'shop' }), environment),
  'acme.yaml': joined(document('Tenant', { name: 'acme' }, 'displayName: Acme'), orders),
  'worker.yaml': worker(),
  'alice.yaml': alice,
  ...change,
})

/** Project and environment, for tests that add their own tenants. */
export const devProject = (...documents: readonly string[]): Files => ({
  'tokenidp.yaml': joined(document('Project', { name: 'test' }), environment, ...documents),
})

/** A tenant with the same names, secrets and passwords as every other one made by this function. */
export const aTenant = (tenant: string): string =>
  joined(
    document('Tenant', { name: tenant }, `displayName: ${tenant}`),
    document(
      'Resource',
      { tenant, name: 'api' },
      `
identifier: https://api.example
scopes:
  - name: read
  - name: write
tokens: { format: jwt }
introspectors: [web]
`,
    ),
    document(
      'Resource',
      { tenant, name: 'vault' },
      `
identifier: https://vault.example
scopes:
  - name: open
tokens: { format: opaque }
`,
    ),
    document(
      'Application',
      { tenant, name: 'web' },
      `
type: web
consent: skip
redirectUris: [http://127.0.0.1:8400/callback]
postLogoutRedirectUris: [http://127.0.0.1:8400/bye]
grants: [authorization_code, refresh_token]
scopes: [openid, profile, email, offline_access, read, write, open]
clientAuth:
  method: client_secret_post
  secrets:
    - id: only
      value: web-secret
`,
    ),
    document(
      'Application',
      { tenant, name: 'worker' },
      `
type: machine
grants: [client_credentials]
scopes: [read, open]
clientAuth:
  method: client_secret_post
  secrets:
    - id: only
      value: worker-secret
`,
    ),
    document(
      'User',
      { tenant, name: 'alice' },
      `
username: alice
email: alice@acme.example
emailVerified: true
password: wonderland
`,
    ),
  )
