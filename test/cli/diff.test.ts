import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'

const HEAD = 'apiVersion: tokenidp.dev/v1\n'

const PROJECT = `${HEAD}kind: Project
metadata: { name: compared }
---
${HEAD}kind: Environment
metadata: { name: dev }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000' }
---
${HEAD}kind: Tenant
metadata: { name: acme }
`

const web = (redirectUris: string, secret = 'hunter2-hunter2-hunter2') => `${HEAD}kind: Application
metadata: { tenant: acme, name: web }
spec:
  type: web
  redirectUris: [${redirectUris}]
  clientAuth: { secrets: [{ id: a, value: ${secret} }, { id: b, value: { fromEnv: NOWHERE } }] }
`

const ONE = 'https://one.example/callback'
const TWO = 'https://two.example/callback'

/** In a repository, below its top: tag `first`, tag `broken`, tag `gone`, and then the files as they are. */
describe('tokenidp diff', () => {
  const folder = aFolder({
    'idp/tokenidp.yaml': PROJECT,
    'idp/web.yaml': web(ONE),
    'other.yaml': ':',
  })
  const root = join(folder.path, 'idp')
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder.path, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words])
  const commit = (tag: string) => {
    git('add', '-A')
    git('commit', '-q', '--no-verify', '--no-gpg-sign', '-m', tag)
    git('tag', tag)
  }
  const diff = (...words: string[]) => tokenidpHere(['diff', ...words], { cwd: root })

  beforeAll(() => {
    git('init', '-q', '-b', 'main')
    // What an archive would leave out, and what leads out of the project, are as in a checkout.
    write(root, '.gitattributes', '*.yaml export-ignore\n')
    commit('first')
    write(root, 'web.yaml', web(ONE).replace('type: web', 'type: wbe'))
    commit('broken')
    write(root, 'web.yaml', web(ONE))
    symlinkSync('/etc/passwd', join(root, 'link.yaml'))
    commit('leading-out')
    rmSync(join(root, 'link.yaml'))
    rmSync(join(root, 'tokenidp.yaml'))
    commit('gone')
    write(root, 'tokenidp.yaml', PROJECT)
    write(root, 'web.yaml', web(TWO, 'hunter3-hunter3-hunter3'))
    write(folder.path, 'copy/tokenidp.yaml', PROJECT)
    write(folder.path, 'renamed/tokenidp.yaml', PROJECT)
    write(folder.path, 'renamed/web.yaml', web(ONE).replace('name: web', 'name: site'))
  })
  afterAll(folder.remove)

  test('fields with places and risks, without a value of a secret', async () => {
    const temporary = join(folder.path, 'temporary')
    mkdirSync(temporary)
    vi.stubEnv('TMPDIR', temporary)
    const ran = await diff('--base', 'first', '-o', 'json', '--detailed-exitcode')
    vi.unstubAllEnvs()
    expect(ran, ran.stderr).toMatchObject({ code: 2 })
    const found = document(ran)
    expect(found).toMatchObject({
      base: { name: 'first', commit: git('rev-parse', 'first').toString().trim() },
      head: { commit: null },
      changes: [
        {
          address: 'Application/acme/web',
          action: 'update',
          risk: 'breaking',
          fields: [
            { path: 'redirectUris', origin: { file: 'web.yaml', line: 6 }, risk: 'breaking' },
          ],
          secrets: [{ id: 'a', action: 'set' }],
        },
      ],
    })
    expect(ran.stdout + ran.stderr).not.toContain('hunter')
    expect(readdirSync(temporary)).toEqual([])
  })

  test.for([
    {
      words: '--base first --head first',
      code: 0,
      says: 'No differences between first and first.',
    },
    { words: '--base first', code: 0, says: '~ Application/acme/web (web.yaml:3) breaking' },
    {
      words: '--base first --fail-on breaking',
      code: 5,
      says: '1 of 1 change: breaking or graver',
    },
    { words: '--base first --fail-on destructive', code: 0, says: '1 to update' },
    { words: '--base first -o markdown', code: 0, says: '| **breaking** | update |' },
    { words: '--base ../copy', code: 0, says: '+ Application/acme/web' },
    { words: '--base first --head ../copy', code: 0, says: '- Application/acme/web' },
    {
      words: '--base first --head ../renamed',
      code: 0,
      says: 'If so, add:\n  apiVersion: tokenidp.dev/v1\n  kind: Refactor\n',
    },
    { words: '--base gone', code: 0, says: 'gone has no tokenidp.yaml where the project is' },
    { words: '--base first --head gone', code: 64, says: 'gone has no tokenidp.yaml' },
    { words: '--base leading-out', code: 3, says: '--> leading-out:link.yaml:1:1' },
    { words: '--base broken --head broken', code: 3, says: '1 error in the documents of the base' },
    { words: '--base broken --head broken', code: 3, says: '1 error in the documents of the head' },
    { words: '--base broken', code: 3, says: '--> broken:web.yaml:5:9' },
    { words: '--base nowhere', code: 64, says: 'neither a folder, a file nor a commit' },
    { words: '--base=--output=owned', code: 64, says: 'neither a folder, a file nor a commit' },
    { words: '--base ..', code: 64, says: 'there is no tokenidp.yaml in ..' },
    { words: '', code: 64, says: '--base <source>' },
  ])('diff $words: $code, $says', async ({ words, code, says }) => {
    const ran = await diff(...words.split(' ').filter(Boolean))
    expect(ran.stdout + ran.stderr).toContain(says)
    expect(ran.code).toBe(code)
    expect(ran.stdout + ran.stderr).not.toContain('hunter')
  })

  test('a name of both a folder and a tag is neither', async () => {
    const ran = await tokenidpHere(['diff', '--base', 'first', '-C', root], {
      cwd: project({ 'first/tokenidp.yaml': PROJECT }),
    })
    expect(ran.stderr).toContain('write ./first or ')
    expect(ran.code).toBe(64)
  })
})
