import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const CANARY = 'canary-7f3a'

/** A document of the smallest kind, for what is wrong with its file and not with its text. */
const ROLE = `apiVersion: tokenidp.dev/v1
kind: Role
metadata:
  tenant: acme
  name: reader
`

const MEGABYTE = 1024 * 1024
const isRoot = process.getuid?.() === 0

interface Row {
  readonly what: string
  readonly code: string
  /** file:line:column, and whatever else a reader needs. */
  readonly says: RegExp
  readonly spoil: (root: string) => void
}

const inWorker = (from: string, to: string) => (root: string) =>
  write(root, 'worker.yaml', worker(CANARY).replace(from, to))

const rows: readonly Row[] = [
  {
    what: 'unknown kind',
    code: 'TIDP1001',
    says: /--> worker\.yaml:2:7\n[\s\S]*help: did you mean "Application"/,
    spoil: inWorker('Application', 'Aplication'),
  },
  {
    what: 'misspelt field',
    code: 'TIDP1101',
    says: /--> worker\.yaml:9:3\n[\s\S]*help: did you mean "displayName"/,
    spoil: inWorker('displayName', 'displayNam'),
  },
  {
    what: 'misspelt field that holds a secret',
    code: 'TIDP1101',
    says: /--> worker\.yaml:15:9\n[\s\S]*value/,
    spoil: inWorker('value:', 'valu:'),
  },
  {
    what: 'wrong type',
    code: 'TIDP1103',
    says: /--> worker\.yaml:9:16\n[\s\S]*help: /,
    spoil: inWorker('Worker', '[1]'),
  },
  {
    what: 'duplicate key',
    code: 'TIDP0003',
    says: /--> worker\.yaml:16:1\n[\s\S]*help: keep one[\s\S]*first written here: worker\.yaml:2:1/,
    spoil: (root) => write(root, 'worker.yaml', `${worker(CANARY)}kind: Application\n`),
  },
  {
    what: 'the same object twice',
    code: 'TIDP1201',
    says: /--> worker\.yaml:5:9\n[\s\S]*help: rename[\s\S]*first written here: copy\.yaml:5:9/,
    spoil: (root) => write(root, 'copy.yaml', worker(CANARY)),
  },
  {
    what: 'missing reference',
    code: 'TIDP1203',
    says: /--> worker\.yaml:11:7\n[\s\S]*help: did you mean "orders:read"/,
    spoil: inWorker('orders:read', 'orders:raed'),
  },
  {
    what: 'tab indent',
    code: 'TIDP0004',
    says: /--> worker\.yaml:4:1\n[\s\S]*help: use two spaces/,
    spoil: inWorker('  tenant', '\ttenant'),
  },
  {
    what: 'missing environment variable',
    code: 'TIDP1301',
    says: /variable ABSENT is not set\n +--> worker\.yaml:15:16\n[\s\S]*help: export ABSENT/,
    spoil: inWorker(CANARY, '{ fromEnv: ABSENT }'),
  },
  {
    what: 'missing secret file',
    code: 'TIDP1302',
    says: /absent\.txt cannot be read\n +--> worker\.yaml:15:16\n[\s\S]*help: its path is relative/,
    spoil: inWorker(CANARY, '{ fromFile: absent.txt }'),
  },
  {
    what: 'file of 20 MB',
    code: 'TIDP0012',
    says: /20\.0 MB; the limit is 10\n +--> big\.yaml:1:1\n[\s\S]*help: split it/,
    spoil: (root) => write(root, 'big.yaml', '#'.repeat(20 * MEGABYTE)),
  },
  {
    what: 'file that is not UTF-8',
    code: 'TIDP0002',
    says: /--> latin\.yaml:6:9\n[\s\S]*help: save it as UTF-8/,
    spoil: (root) =>
      writeFileSync(join(root, 'latin.yaml'), Buffer.from(`${ROLE}# un caf\xe9\n`, 'latin1')),
  },
  {
    what: 'link to nothing',
    code: 'TIDP0011',
    says: /cannot read gone\.yaml: it is a link to nothing\n +--> gone\.yaml:1:1\n[\s\S]*help: let the link/,
    spoil: (root) => symlinkSync('nowhere.yaml', join(root, 'gone.yaml')),
  },
  {
    what: 'links that go in circles',
    code: 'TIDP0011',
    says: /cannot read round\.yaml: its links go in circles\n[\s\S]*help: let the link/,
    spoil: (root) => symlinkSync('round.yaml', join(root, 'round.yaml')),
  },
  {
    what: 'link out of the project',
    code: 'TIDP0013',
    says: /leads out of the project's folder\n +--> out\.yaml:1:1\n[\s\S]*help: copy the file/,
    spoil: (root) =>
      symlinkSync(join(project({ 'role.yaml': ROLE }), 'role.yaml'), join(root, 'out.yaml')),
  },
  {
    what: 'folder in the place of a file',
    code: 'TIDP0015',
    says: /--> tokenidp\.yaml:6:\d+\n[\s\S]*help: /,
    spoil: (root) => {
      mkdirSync(join(root, 'roles.yaml'))
      const text = aProject()['tokenidp.yaml'] ?? ''
      const include = 'spec:\n  include: ["acme.yaml", "worker.yaml", "alice.yaml", "roles.yaml"]\n'
      write(root, 'tokenidp.yaml', text.replace('---\n', `${include}---\n`))
    },
  },
  {
    what: 'file without permission',
    code: 'TIDP0011',
    says: /cannot read secret\.yaml: permission denied\n[\s\S]*help: /,
    spoil: (root) => {
      write(root, 'secret.yaml', ROLE)
      chmodSync(join(root, 'secret.yaml'), 0)
    },
  },
]

/** Permissions do not stop root. */
const tried = rows.filter(({ what }) => !isRoot || what !== 'file without permission')

describe('documents that are not valid exit 3 and change nothing', () => {
  test.for(tried)('$what', async ({ code, says, spoil }) => {
    const root = project(aProject())
    spoil(root)
    const ran = await tokenidpHere(['apply', '--auto-approve', '-C', root])
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(ran.stderr).toContain(`error[${code}]`)
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).toMatch(/^error: 1 error in the documents; nothing was changed\n {2}next: /m)
    expect(ran.stderr).not.toMatch(/^ +at |canary/m)
    expect(existsSync(join(root, '.tokenidp'))).toBe(false)

    const told = await tokenidpHere(['apply', '--auto-approve', '-C', root, '-o', 'json'])
    expect(told.code).toBe(3)
    expect(told.stdout).not.toContain('canary')
    expect(document(told)).toMatchObject({
      kind: 'Error',
      error: { exit: 3, next: expect.any(String) },
      diagnostics: [{ severity: 'error', code, at: { file: expect.stringMatching(/\.yaml$/) } }],
    })
  })
})

test.for([
  { what: 'an empty file', text: '' },
  { what: 'a file of comments', text: '# nothing yet\n' },
])('$what is no document and no error', async ({ text }) => {
  const root = project(aProject({ 'empty.yaml': text }))
  expect(await tokenidpHere(['validate', '-C', root])).toMatchObject({ code: 0 })
})

test('an empty project file is one, with a place', async () => {
  const ran = await tokenidpHere(['plan', '-C', project({ 'tokenidp.yaml': '' })])
  expect(ran).toMatchObject({ code: 3, stdout: '' })
  expect(ran.stderr).toMatch(/TIDP1210[\s\S]*--> tokenidp\.yaml:1:1[\s\S]*help: /)
})
