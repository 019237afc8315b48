import { expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { tokenidpHere } from '../support/in-process.ts'

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

const FILES = {
  'tokenidp.yaml': `${HEAD}kind: Project
metadata: { name: drawn }
---
${HEAD}kind: Environment
metadata: { name: dev }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000' }
---
${HEAD}kind: KeyPolicy
metadata: { name: common }
spec: { rotateEvery: 60d }
---
${HEAD}kind: Profile
metadata: { name: base }
spec: { kind: Application, defaults: { displayName: Web } }
---
${HEAD}kind: Tenant
metadata: { name: acme }
spec: { keyPolicy: common }
---
${HEAD}kind: Tenant
metadata: { name: other }
---
${HEAD}kind: Resource
metadata: { tenant: acme, name: api }
spec: { identifier: 'https://api.example', scopes: [{ name: 'a:read' }, { name: 'a:write' }] }
---
${HEAD}kind: Role
metadata: { tenant: acme, name: admin }
---
${HEAD}kind: User
metadata: { tenant: acme, name: alice }
spec: { username: alice, roles: [admin] }
---
${HEAD}kind: Application
metadata: { tenant: acme, name: web }
spec:
  type: spa
  profile: base
  redirectUris: [https://a.example/callback]
  scopes: [openid, 'a:read', 'a:write']
`,
}

test('tokenidp graph draws what names what, in each language', async () => {
  const root = project(FILES)
  const graph = (...words: string[]) => tokenidpHere(['graph', ...words, '-C', root])
  const ran = await graph('--format', 'json')
  expect(ran.code, ran.stderr).toBe(0)
  const found = document(ran)
  expect(found.links).toEqual(
    [
      ['Application/acme/web', 'Resource/acme/api', 'a:read'],
      ['Application/acme/web', 'Resource/acme/api', 'a:write'],
      ['Application/acme/web', 'Profile/base', ''],
      ['Tenant/acme', 'KeyPolicy/common', ''],
      ['User/acme/alice', 'Role/acme/admin', ''],
    ].map(([from, to, part]) => ({ from, to, part })),
  )
  expect((await graph('acme/web')).stdout).toBe(`flowchart LR
  subgraph t0["acme"]
    n0["Application web"]
    n2["Resource api"]
  end
  n1["Profile base"]
  n0 -->|"a:read, a:write"| n2
  n0 --> n1
`)
  expect((await graph('Role/acme/admin', '--format', 'dot')).stdout).toBe(`digraph tokenidp {
  rankdir=LR
  node [shape=box]
  subgraph cluster_t0 {
    label="acme"
    n0 [label="Role admin"]
    n1 [label="User alice"]
  }
  n1 -> n0
}
`)
  const ofTenant = document(await graph('Tenant/acme', '-o', 'json'))
  expect(ofTenant.objects).toHaveLength(6)
  expect(await graph('--format', 'png')).toMatchObject({ code: 64 })
  expect((await graph('acme/wbe')).stderr).toContain('did you mean')
})
