import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

export interface TestProject {
  readonly path: string
  write(file: string, text: string): void
  remove(): void
}

/** A project of the given files in a temporary folder. */
export function aProject(files: Readonly<Record<string, string>>): TestProject {
  const path = mkdtempSync(`${tmpdir()}/tokenidp-project-`)
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(`${path}/${file}`), { recursive: true })
    writeFileSync(`${path}/${file}`, text)
  }
  for (const [file, text] of Object.entries(files)) write(file, text)
  return { path, write, remove: () => rmSync(path, { recursive: true, force: true }) }
}

const document = (kind: string, metadata: string, spec: string): string =>
  `---\napiVersion: tokenidp.dev/v1\nkind: ${kind}\nmetadata: ${metadata}\nspec:\n${spec
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}\n`

/** Project and environment, for tests that add their own tenants. */
export const devProject = (...documents: readonly string[]): Record<string, string> => ({
  'tokenidp.yaml': [
    document('Project', '{ name: test }', 'include: ["**/*.yaml"]'),
    document('Environment', '{ name: dev }', 'kind: dev\npublicUrl: http://127.0.0.1:4000'),
    ...documents,
  ].join(''),
})

/** A tenant with the same names, secrets and passwords as every other one made by this function. */
export const aTenant = (tenant: string): string =>
  [
    document('Tenant', `{ name: ${tenant} }`, `displayName: ${tenant}`),
    document(
      'Resource',
      `{ tenant: ${tenant}, name: api }`,
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
      `{ tenant: ${tenant}, name: vault }`,
      `
identifier: https://vault.example
scopes:
  - name: open
tokens: { format: opaque }
`,
    ),
    document(
      'Application',
      `{ tenant: ${tenant}, name: web }`,
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
      `{ tenant: ${tenant}, name: worker }`,
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
      `{ tenant: ${tenant}, name: alice }`,
      `
username: alice
email: alice@acme.example
emailVerified: true
password: wonderland
`,
    ),
  ].join('')
