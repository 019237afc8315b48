import { readdirSync, readFileSync, statSync } from 'node:fs'
import { tool } from './tool.ts'

export const TEMPLATES = ['minimal', 'multi-tenant', 'monorepo'] as const

export type Template = (typeof TEMPLATES)[number]

type Files = Readonly<Record<string, string>>

/** The files of a new project, by their paths. */
export function projectFiles(id: string, template: Template): Files {
  const documents = template === 'minimal' ? minimal(id) : exampleFiles(template, id)
  return {
    ...documents,
    'ci/tokenidp.yml': pipeline(documents),
    '.gitignore': '.tokenidp/\nsecrets.json\n',
  }
}

/** Applies to production where there is one, with the secrets that the documents name. */
function pipeline(documents: Files): string {
  const texts = Object.values(documents).join('')
  const secrets = [...texts.matchAll(/^ +fromEnv: (\w+)$/gm)].map(([, name]) => name)
  return PIPELINE.replaceAll('{{version}}', tool.version)
    .replace('{{choice}}', 'environments/prod.yaml' in documents ? ' -e prod' : '')
    .replace(
      '{{secrets}}',
      secrets.map((name) => `          ${name}: \${{ secrets.${name} }}\n`).join(''),
    )
}

const EXAMPLES = new URL('../../config-examples/', import.meta.url)

/** An example as a project of its own: editors find the schema where it is published. */
function exampleFiles(name: string, id: string): Files {
  const folder = new URL(`${name}/`, EXAMPLES)
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .filter((path) => statSync(new URL(path, folder)).isFile())
  return Object.fromEntries(
    paths.sort().map((path) => {
      const text = readFileSync(new URL(path, folder), 'utf8')
      const published = text.replace(/^# yaml-language-server: .*\n/, MODELINE)
      return [path, published.replace(`\n  name: ${name}\n`, `\n  name: ${id}\n`)]
    }),
  )
}

const minimal = (id: string): Files => ({
  'tokenidp.yaml': PROJECT.replaceAll('{{id}}', id),
  'tenants/acme.yaml': TENANT,
  'tenants/acme.test.yaml': TESTS,
})

const MODELINE = '# yaml-language-server: $schema=https://schemas.tokenidp.dev/v1/tokenidp.json\n'

const PROJECT = `${MODELINE}# Every YAML file below this one belongs to the project; their order does not matter.
apiVersion: tokenidp.dev/v1
kind: Project
metadata:
  name: {{id}} # owns what it creates in the database: keep it for life
---
# kind: dev allows http, written-out secrets and declared users. Add a second
# environment of kind: production when you have one, and choose with -e.
apiVersion: tokenidp.dev/v1
kind: Environment
metadata:
  name: dev
spec:
  kind: dev
  publicUrl: http://127.0.0.1:4000
`

const TENANT = `${MODELINE}# One tenant is one issuer: http://127.0.0.1:4000/acme
apiVersion: tokenidp.dev/v1
kind: Tenant
metadata:
  name: acme
spec:
  displayName: Acme
  branding:
    color: "#2f5bea"
---
# An API that accepts our access tokens. Its identifier is their audience.
apiVersion: tokenidp.dev/v1
kind: Resource
metadata:
  tenant: acme
  name: orders-api
spec:
  identifier: https://api.acme.example
  scopes:
    - name: orders:read
      displayName: Read your orders
---
# A site with a server of its own: people sign in to it.
apiVersion: tokenidp.dev/v1
kind: Application
metadata:
  tenant: acme
  name: web
spec:
  clientId: web
  type: web
  displayName: Acme Shop
  redirectUris:
    - http://127.0.0.1:8400/callback
  scopes:
    - openid
    - profile
    - email
    - offline_access
    - orders:read
  clientAuth:
    secrets:
      - id: first
        value: web-secret # outside kind: dev write { fromEnv: ACME_WEB_SECRET }
---
# A program without a person: it asks for tokens in its own name.
apiVersion: tokenidp.dev/v1
kind: Application
metadata:
  tenant: acme
  name: worker
spec:
  clientId: worker
  type: machine
  scopes:
    - orders:read
  clientAuth:
    secrets:
      - id: first
        value: worker-secret
---
# Declared users exist only in environments of kind: dev.
apiVersion: tokenidp.dev/v1
kind: User
metadata:
  tenant: acme
  name: alice
spec:
  username: alice
  email: alice@acme.example
  emailVerified: true
  password: wonderland
`

const TESTS = `${MODELINE}# What has to stay true, whoever changes the documents: tokenidp test. Never applied.
apiVersion: tokenidp.dev/v1
kind: Test
metadata:
  tenant: acme
  name: web
spec:
  application: web
  tests:
    - name: answers go to the site and nowhere else
      when:
        redirectUri: https://elsewhere.example/callback
      expect: refused
    - name: the site reads orders
      when:
        authorize:
          scope: openid orders:read
      expect:
        scopes:
          - openid
          - orders:read
        audience: https://api.acme.example
    - name: the worker reads orders
      application: worker
      when:
        clientCredentials: {}
      expect:
        scopes:
          - orders:read
`

const PIPELINE = `# For GitHub Actions: move it to .github/workflows/. Other systems run the same commands.
# More in config-examples/ci of tokenidp: reports, plans that somebody agrees to, drift, GitLab, Kubernetes.
name: tokenidp
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0
        with:
          node-version: 24
      # In an empty folder: no .npmrc of what is checked out says where packages come from.
      - run: cd "$(mktemp -d)" && npm install --global --ignore-scripts --no-audit --no-fund tokenidp@{{version}}
      - run: tokenidp validate
      - run: tokenidp test
  apply:
    if: github.event_name == 'push'
    needs: validate
    runs-on: ubuntu-24.04
    concurrency: tokenidp
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - uses: actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0
        with:
          node-version: 24
      # In an empty folder: no .npmrc of what is checked out says where packages come from.
      - run: cd "$(mktemp -d)" && npm install --global --ignore-scripts --no-audit --no-fund tokenidp@{{version}}
      - run: tokenidp apply{{choice}} --auto-approve --wait
        env:
          TOKENIDP_DATABASE_URL: \${{ secrets.TOKENIDP_DATABASE_URL }}
{{secrets}}`
