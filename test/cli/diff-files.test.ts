import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { document, write } from '../support/cli.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

const environment = (name: string, host: string) => `${HEAD}kind: Environment
metadata: { name: ${name} }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000', vars: { host: ${host} } }
`

const FILES = {
  'tokenidp.yaml': `${HEAD}kind: Project
metadata: { name: compared }
spec: { include: [documents/*.yaml], vars: { host: { type: string } } }
`,
  'documents/environments.yaml': `${environment('dev', 'dev.example')}---
${environment('prod', 'prod.example')}`,
  'documents/web.yaml': `${HEAD}kind: Tenant
metadata: { name: acme }
---
${HEAD}kind: Application
metadata: { tenant: acme, name: web }
spec:
  type: web
  redirectUris: ['https://\${var.host}/callback']
  clientAuth: { secrets: [{ id: a, value: { fromEnv: ACME_WEB_SECRET } }] }
`,
}

const SECRET = 'a-secret-that-nobody-may-see-anywhere'

/** Beside the project: what it rendered, exported and planned, and then it moved on. */
describe('tokenidp diff with a file', () => {
  const folder = aFolder(FILES)
  const root = folder.path
  const env = { TOKENIDP_DATABASE_URL: `sqlite:${root}/test.db`, ACME_WEB_SECRET: SECRET }
  const run = async (words: string) => {
    const ran = await tokenidpHere(words.split(' '), { cwd: root, env })
    expect(ran.stdout + ran.stderr).not.toContain(SECRET)
    return ran
  }
  const kept = async (file: string, words: string) => {
    const ran = await run(words)
    expect(ran, ran.stderr).toMatchObject({ code: 0 })
    write(root, file, ran.stdout)
  }
  beforeAll(async () => {
    await kept('rendered.yaml', 'render -e prod')
    await kept('ignored.txt', 'plan -e prod --out plan.json')
    await kept('ignored.txt', 'apply plan.json --auto-approve')
    await kept('exported.yaml', 'export')
    const plan = readFileSync(join(root, 'plan.json'), 'utf8')
    write(root, 'changed.json', plan.replace('"sourceDigest":"', '"sourceDigest":"0'))
    write(root, 'wrong.yaml', `${FILES['tokenidp.yaml']}---\n${HEAD}kind: Tenat\n`)
    const documents = FILES['documents/web.yaml']
    write(root, 'documents/web.yaml', documents.replace('/callback', '/return'))
  })

  afterAll(folder.remove)

  test.for(['rendered.yaml', 'exported.yaml', 'plan.json'])(
    '%s is what it was made of, whichever side it is on',
    async (name) => {
      const later = await run(`diff -e prod --base ${name} -o json --detailed-exitcode`)
      expect(later).toMatchObject({ code: 2, stderr: '' })
      expect(document(later)).toMatchObject({
        base: { name, commit: null },
        environment: { name: 'prod' },
        changes: [{ address: 'Application/acme/web', fields: [{ path: 'redirectUris' }] }],
      })
      const back = await run(`diff -e prod --base . --head ${name}`)
      expect(back.stdout).toContain('https://prod.example/callback')
      for (const other of ['rendered.yaml', 'exported.yaml', 'plan.json'])
        expect((await run(`diff --base ./${other} --head ${name}`)).stdout).toBe(
          `No differences between ./${other} and ${name}.\n`,
        )
    },
  )

  test.for([
    { words: '--base tokenidp.yaml -e prod', code: 0, says: 'No differences between tokenidp' },
    { words: '--base rendered.yaml -e dev', code: 0, says: 'rendered.yaml has no environment' },
    { words: '--base plan.json -e dev', code: 64, says: 'a plan for environment prod, and not' },
    { words: '--base changed.json -e prod', code: 5, says: 'the saved plan was changed' },
    { words: '--base wrong.yaml -e prod', code: 3, says: '--> wrong.yaml:7:7' },
    { words: '--base test.db -e prod', code: 3, says: 'the file is not UTF-8 text' },
    { words: '--base /dev/null -e prod', code: 64, says: 'neither a folder, a file nor a' },
  ])('diff $words: $code, $says', async ({ words, code, says }) => {
    const ran = await run(`diff ${words}`)
    expect(ran.stdout + ran.stderr).toContain(says)
    expect(ran.code).toBe(code)
  })

  test('files need no git', async () => {
    const without = { cwd: root, env: { PATH: root } }
    const files = ['diff', '--base', './rendered.yaml', '--head', './plan.json']
    expect(await tokenidpHere(files, without)).toMatchObject({ code: 0, stderr: '' })
    const named = await tokenidpHere(['diff', '--base', 'main', '-e', 'prod'], without)
    expect(named.stderr).toContain('git is not installed')
  })
})
