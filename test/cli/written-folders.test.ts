import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { project } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const HYDRA = JSON.stringify({ client_id: 'a', grant_types: [], client_secret: 'canary' })

/** Commands that write a folder, each where there is something for it to write. */
const WRITERS = [
  {
    name: 'import',
    code: 64,
    start: async () => project({ 'export.json': HYDRA }),
    words: ['import', 'hydra', 'export.json', '--env-out', 'secrets.env', '--out', 'idp'],
  },
  {
    name: 'export',
    code: 64,
    start: async () => {
      const root = project(aProject())
      const applied = await tokenidpHere(['apply', '--auto-approve'], { cwd: root })
      expect(applied, applied.stderr).toMatchObject({ code: 0 })
      return root
    },
    words: ['export', '--out', 'idp'],
  },
  {
    name: 'init',
    code: 5,
    start: async () => project({}),
    words: ['init', '--template', 'multi-tenant', 'idp'],
  },
]

describe.each(WRITERS)('$name', ({ code, start, words }) => {
  test.for([
    { what: 'a link in place of a folder', link: 'tenants', to: 'outside' },
    { what: 'a link to another folder of it', link: 'tenants', to: 'idp/own' },
    { what: 'a link in place of a file', link: 'tokenidp.yaml', to: 'outside/new.yaml' },
    { what: 'a link that leads nowhere', link: 'tenants', to: 'nowhere' },
  ])('does not write through $what', async ({ link, to }) => {
    const root = await start()
    for (const folder of ['idp/own', 'outside']) mkdirSync(join(root, folder), { recursive: true })
    symlinkSync(join(root, to), join(root, 'idp', link))
    const ran = await tokenidpHere(words, { cwd: root })
    expect(ran, ran.stderr).toMatchObject({ code, stdout: '' })
    expect(ran.stderr).toMatch(/symbolic link, .* nothing was written/)
    expect(ran.stderr).toContain(link)
    expect(readdirSync(join(root, 'idp')).sort()).toEqual(['own', link].sort())
    expect(readdirSync(join(root, 'outside'))).toEqual([])
    for (const name of ['nowhere', 'secrets.env']) expect(existsSync(join(root, name))).toBe(false)
  })

  test('writes where a link leads that is named as the folder', async () => {
    const root = await start()
    mkdirSync(join(root, 'outside'))
    symlinkSync('outside', join(root, 'idp'))
    const ran = await tokenidpHere(words, { cwd: root })
    expect(ran, ran.stderr).toMatchObject({ code: 0 })
    expect(readFileSync(join(root, 'outside/tokenidp.yaml'), 'utf8')).toContain('kind: Project')
  })
})
