import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyFixes } from '../../src/config/apply-fixes.ts'
import { diagnostic } from '../../src/config/codes.ts'
import { document, project, write } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const WRONG = `# the shop
apiVersion: tokenidp.dev/v1
kind: Client # of the shop
metadata: {tenant: acmee,   name: shop}
spec:
  type: public      # runs in the browser
  redirect_uris:
    # where people come back to
    - https://shop.acme.example/callback
  scope: "openid order:read"
  tokens: { access: { ttl: 15 minutes } }
  disabled: no
`

const RIGHT = `# the shop
apiVersion: tokenidp.dev/v1
kind: Application # of the shop
metadata: {tenant: acme,   name: shop}
spec:
  type: spa      # runs in the browser
  redirectUris:
    # where people come back to
    - https://shop.acme.example/callback
  scopes: [openid, orders:read]
  tokens: { access: { ttl: 15m } }
  disabled: false
`

const aShop = (shop = WRONG) => {
  const root = project(aProject({ 'shop.yaml': shop }))
  const run = (...words: string[]) => tokenidpHere(words, { cwd: root })
  return { root, run, shop: () => readFileSync(join(root, 'shop.yaml'), 'utf8') }
}

describe('tokenidp fix', () => {
  test('makes one thing after the other until nothing is left', async () => {
    const { run, shop } = aShop()
    const fixed = await run('fix')
    expect(fixed, fixed.stderr).toMatchObject({ code: 0, stderr: '' })
    expect(fixed.stdout).toMatch(
      /^shop\.yaml:3:7: write Application \(TIDP1001\)\n[\s\S]*9 changes made; 0 errors and 0 warnings left\.\n$/,
    )
    expect(shop()).toBe(RIGHT)
    expect(await run('validate')).toMatchObject({ code: 0 })
    expect((await run('fix')).stdout).toBe('0 changes made; 0 errors and 0 warnings left.\n')
    expect(shop()).toBe(RIGHT)
  })

  test('--dry-run tells the same and writes nothing', async () => {
    const { run, shop, root } = aShop()
    const before = readdirSync(root).sort()
    const tried = await run('fix', '--dry-run', '-o', 'json')
    expect(document(tried)).toMatchObject({ kind: 'Fix', dryRun: true, files: ['shop.yaml'] })
    expect(document(tried).fixes).toHaveLength(9)
    expect(shop()).toBe(WRONG)
    expect(readdirSync(root).sort()).toEqual(before)
  })

  test('what needs a person is left, with exit 3', async () => {
    const { run, shop } = aShop(
      WRONG.replace('spec:\n', 'spec:\n  clientId: worker\n  colour: red\n'),
    )
    const fixed = await run('fix')
    expect(fixed.code).toBe(3)
    expect(fixed.stderr).toMatch(/error\[TIDP1101\]: unknown field "colour"/)
    expect(shop()).toContain('colour: red')
    expect(shop()).toContain('kind: Application')
  })

  test('a name that is there already is not written twice', async () => {
    const text = WRONG.replace('  scope:', '  redirectUris: [https://shop.acme.example/]\n  scope:')
    const { run, shop } = aShop(text)
    expect(await run('fix')).toMatchObject({ code: 3 })
    expect(shop()).toContain('redirect_uris:')
  })

  test.for([
    { what: 'Windows line ends', form: (text: string) => text.replaceAll('\n', '\r\n') },
    { what: 'a byte order mark', form: (text: string) => `\ufeff${text}` },
    {
      what: 'wide characters',
      form: (text: string) =>
        text.replace('{tenant', '{"labels": {}, tenant').replace('# the', '# 注文 🛒'),
    },
  ])('keeps $what', async ({ form }) => {
    const { run, shop } = aShop(form(WRONG))
    await run('fix')
    expect(shop()).toBe(form(RIGHT))
  })

  test('keeps the mode of a file, and a link', async () => {
    const { root, run, shop } = aShop()
    chmodSync(join(root, 'shop.yaml'), 0o640)
    const other = join(root, 'linked.yaml')
    write(root, 'real/file.txt', WRONG.replace('name: shop', 'name: second'))
    symlinkSync('real/file.txt', other)
    expect(await run('fix')).toMatchObject({ code: 0 })
    expect(statSync(join(root, 'shop.yaml')).mode & 0o777).toBe(0o640)
    expect(readFileSync(join(root, 'real/file.txt'), 'utf8')).toBe(
      RIGHT.replace('name: shop', 'name: second'),
    )
    expect(shop()).toBe(RIGHT)
    expect(readdirSync(root).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  test('of two fixes of the same characters one is made', () => {
    const at = (column: number, endColumn: number) => ({
      file: 'a',
      line: 1,
      column,
      endLine: 1,
      endColumn,
    })
    const wrong = (from: number, to: number, text: string) =>
      diagnostic('TIDP1101', at(from, to), 'wrong', {
        fixes: [{ description: text, at: at(from, to), text }],
      })
    const fixed = applyFixes('abcdef', [wrong(4, 7, 'Z'), wrong(1, 3, 'X'), wrong(2, 5, 'Y')])
    expect(fixed.text).toBe('XcZ')
    expect(fixed.made).toHaveLength(2)
  })
})

describe('tokenidp fmt', () => {
  test('writes one form, once', async () => {
    const { run, shop } = aShop(RIGHT)
    expect(await run('fmt', '--check')).toMatchObject({
      code: 3,
      stdout: 'shop.yaml\nNot in form: 1 of 5 files; tokenidp fmt writes them.\n',
    })
    expect(shop()).toBe(RIGHT)
    expect(await run('fmt')).toMatchObject({
      code: 0,
      stdout: 'shop.yaml\nWritten: 1 of 5 files.\n',
    })
    expect(shop()).toBe(`# the shop
apiVersion: tokenidp.dev/v1
kind: Application # of the shop
metadata:
  tenant: acme
  name: shop
spec:
  type: spa # runs in the browser
  redirectUris:
    # where people come back to
    - https://shop.acme.example/callback
  scopes:
    - openid
    - orders:read
  tokens:
    access:
      ttl: 15m
  disabled: false
`)
    expect(await run('fmt', '--check')).toMatchObject({
      code: 0,
      stdout: 'All is in form: 5 files.\n',
    })
  })

  test('only the files that are named, and none that cannot be read', async () => {
    const { root, run, shop } = aShop(RIGHT)
    expect(await run('fmt', 'worker.yaml')).toMatchObject({
      code: 0,
      stdout: 'All is in form: 1 file.\n',
    })
    write(root, 'broken.yaml', 'a: "b\n')
    expect(await run('fmt')).toMatchObject({ code: 3, stdout: '' })
    expect(shop()).toBe(RIGHT)
  })
})
