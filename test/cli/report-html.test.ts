import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { project } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const shop = (spec: string): string => `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: shop }
spec:
  type: spa
  redirectUris: [https://shop.acme.example/callback]
  ${spec}
`

const WRONG = shop('color: red')

/** Right, with a warning. */
const LOOSE = shop('tokens: { access: { ttl: 8h } }')

function aShop(files: Readonly<Record<string, string>>) {
  const root = project(aProject(files))
  const run = (words: readonly string[]) => tokenidpHere(words, { cwd: root })
  return { run, read: (name: string) => readFileSync(join(root, name), 'utf8') }
}

describe('--report html', () => {
  test('is a page that runs nothing and loads nothing', async () => {
    const { run, read } = aShop({ 'shop.yaml': WRONG.replace('color: red', '"<img src=x>": red') })
    expect(await run(['validate', '--report', 'html=out.html'])).toMatchObject({ code: 3 })
    const page = read('out.html')
    expect(page).toMatch(/^<!doctype html>\n/)
    expect(page).toContain("default-src 'none'")
    expect(page).toContain('<td>shop.yaml:7:3</td>')
    expect(page).toContain('<h2>1 error, 0 warnings</h2>')
    expect(page).not.toMatch(/<(?:script|img|link|a)\b/)
    expect(page).toContain('&#60;img src=x&#62;')
  })

  test('says what plan said', async () => {
    const { run, read } = aShop({})
    const { stdout } = await run(['plan', '--no-secrets', '--color', '--report', 'html=out.html'])
    expect(stdout).toContain('\u001b[')
    expect(read('out.html')).toContain('Application/acme/worker')
    expect(read('out.html')).not.toContain('\u001b')
  })
})

describe('--fail-on warning', () => {
  test.for([
    { files: { 'shop.yaml': LOOSE }, words: ['validate'], code: 0 },
    { files: { 'shop.yaml': LOOSE }, words: ['validate', '--fail-on', 'error'], code: 0 },
    { files: { 'shop.yaml': LOOSE }, words: ['validate', '--fail-on', 'warning'], code: 3 },
    { files: { 'shop.yaml': LOOSE }, words: ['lint', '--fail-on=warning'], code: 3 },
    { files: {}, words: ['validate', '--fail-on', 'warning'], code: 0 },
    { files: {}, words: ['validate', '--fail-on', 'caution'], code: 64 },
  ])('$words exits with $code', async ({ files, words, code }) => {
    const { run } = aShop({ ...files })
    const ran = await run(words)
    expect(ran, ran.stderr).toMatchObject({ code })
    if (code === 3) expect(ran.stderr).toContain('1 warning, and --fail-on warning')
  })
})
