import { describe, expect, onTestFinished, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { stores } from '../support/stores.ts'

const SECRET = 'a-secret-that-nobody-may-see-anywhere'

const FILES = {
  'tokenidp.yaml': `apiVersion: tokenidp.dev/v1
kind: Project
metadata: { name: told }
---
apiVersion: tokenidp.dev/v1
kind: Environment
metadata: { name: dev }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000' }
`,
  'acme/tenant.yaml': `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
`,
  'acme/web.yaml': `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: web }
spec: { type: machine, clientAuth: { secrets: [{ id: a, value: { fromEnv: ACME_WEB_SECRET } }] } }
`,
}

const PHASES = [
  /^documents: 3 files \(4 objects of environment dev\) in \d+ ms$/m,
  /^secrets: 1 value in \d+ ms$/m,
  /^plan: 4 changes to 0 objects in \d+ ms$/m,
  /^Applying: done in \d+ ms$/m,
  /^database: \d+ statements \(\d+ ms\) in \d+ ms$/m,
  /^all in \d+ ms$/m,
]

const DETAILS = [
  /^ {2}acme\/web\.yaml {2}\d+ bytes$/m,
  /^ {2}\d+\.\d ms {2}insert into "config_object" /m,
  /^ {2}\d+\.\d ms {2}insert into "secret_verifier" /m,
]

describe.each(stores)('what apply tells on $name', ({ fresh }) => {
  test.for([
    { flags: [], tells: [], hides: [...PHASES, ...DETAILS] },
    { flags: ['-v'], tells: PHASES, hides: DETAILS },
    { flags: ['-vv'], tells: [...PHASES, ...DETAILS], hides: [] },
    { flags: ['-v', '--verbose', '-q'], tells: [...PHASES, ...DETAILS], hides: [/Applying…/] },
  ])('with $flags', async ({ flags, tells, hides }) => {
    const database = await fresh()
    onTestFinished(database.remove)
    const cwd = project(FILES)
    const env = { TOKENIDP_DATABASE_URL: database.url, ACME_WEB_SECRET: SECRET }
    const ran = await tokenidpHere(['apply', '--auto-approve', '-o', 'json', ...flags], {
      cwd,
      env,
    })
    expect(ran.code).toBe(0)
    expect(document(ran)).toMatchObject({ kind: 'Apply', revision: 1 })
    for (const line of tells) expect(ran.stderr).toMatch(line)
    for (const line of hides) expect(ran.stderr).not.toMatch(line)
    expect(ran.stderr).not.toContain(SECRET)
  })
})

test('names of files cannot speak to the terminal', async () => {
  const cwd = project({ ...FILES, 'acme/a\u001b[2Jb.yaml': '' })
  const { code, stderr } = await tokenidpHere(['validate', '-vv'], { cwd })
  expect(code).toBe(0)
  expect(stderr).toContain('acme/a\uFFFD[2Jb.yaml')
})
