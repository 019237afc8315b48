/** A small project as text, to be changed one place at a time. */
const PROJECT = `apiVersion: tokenidp.dev/v1
kind: Project
metadata:
  name: shop
`

const ENVIRONMENT = `apiVersion: tokenidp.dev/v1
kind: Environment
metadata:
  name: dev
spec:
  kind: dev
  publicUrl: http://127.0.0.1:4000
`

const TENANT = `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata:
  name: acme
spec:
  displayName: Acme
`

const RESOURCE = `apiVersion: tokenidp.dev/v1
kind: Resource
metadata:
  tenant: acme
  name: orders-api
spec:
  identifier: https://api.acme.example
  scopes:
    - name: orders:read
`

export const worker = (secret = 'worker-secret'): string => `apiVersion: tokenidp.dev/v1
kind: Application
metadata:
  tenant: acme
  name: worker
spec:
  clientId: worker
  type: machine
  displayName: Worker
  scopes:
    - orders:read
  clientAuth:
    secrets:
      - id: first
        value: ${secret}
`

const ALICE = `apiVersion: tokenidp.dev/v1
kind: User
metadata:
  tenant: acme
  name: alice
spec:
  username: alice
  email: alice@acme.example
  password: wonderland
`

const documents = (...parts: string[]): string => parts.join('---\n')

/** By file name. */
export const aProject = (change: Record<string, string> = {}): Record<string, string> => ({
  'tokenidp.yaml': documents(PROJECT, ENVIRONMENT),
  'acme.yaml': documents(TENANT, RESOURCE),
  'worker.yaml': worker(),
  'alice.yaml': ALICE,
  ...change,
})
