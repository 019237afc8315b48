import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { project, write } from '../support/cli.ts'
import { keycloakRealm } from '../support/foreign/index.ts'
import { tokenidpHere } from '../support/in-process.ts'

const HYDRA = JSON.stringify({ client_id: 'a', grant_types: [] })

test.for([
  { what: 'JSON', text: '{"realm":"x","clients":[{"secret":"canary" oops}]}' },
  { what: 'YAML', text: 'staticClients:\n  - id: a\n    secret: canary\n   name: [\n' },
])('a mistake beside a secret does not show it: $what', async ({ text }) => {
  const root = project({ 'export.json': text })
  for (const output of ['text', 'json']) {
    const ran = await tokenidpHere(['import', 'dex', 'export.json', '-o', output], { cwd: root })
    expect(ran.code).toBe(3)
    expect(ran.stdout + ran.stderr).toMatch(/TIDP0/)
    expect(ran.stdout + ran.stderr).not.toContain('canary')
  }
})

describe('what cannot be imported', () => {
  test.for([
    { what: 'an empty file', text: ' \n', says: /TIDP1003.*empty[\s\S]*export.json:1:1/ },
    { what: 'no JSON', text: '{\n  "realm": oops\n}', says: /TIDP0001[\s\S]*export.json:2:12/ },
    {
      what: 'JSON that ends early',
      text: '{ "realm": "x"',
      says: /TIDP0001[\s\S]*ends here[\s\S]*export.json:1:15/,
    },
    {
      what: 'a key that is there twice',
      text: '{ "realm": "x",\n"realm": "y" }',
      says: /TIDP0003[\s\S]*export.json:2:1/,
    },
    {
      what: 'a key of the language',
      text: '{ "realm": "x", "__proto__": {} }',
      says: /TIDP0010[\s\S]*export.json:1:17/,
    },
    {
      what: 'too deep JSON',
      text: `{ "realm": ${'['.repeat(5000)}`,
      says: /TIDP0008[\s\S]*export.json:1:/,
    },
    { what: 'no YAML', text: 'realm: [\n', says: /TIDP0001[\s\S]*export.json:1:8/ },
    { what: 'no UTF-8', text: Buffer.from([0x7b, 0xff, 0x7d]), says: /TIDP0002/ },
    {
      what: 'another product',
      text: HYDRA,
      says: /looks like an export of Ory Hydra[\s\S]*tokenidp import hydra export.json/,
    },
    { what: 'no product at all', text: '{ "a": 1 }', says: /TIDP1003.*not an export of Keycloak/ },
    { what: '50 MB', text: Buffer.alloc(50 * 1024 * 1024, ' '), says: /TIDP0012.*32 MB/ },
    {
      what: '50 MB of one text',
      text: `{"realm":"${'x'.repeat(30 * 1024 * 1024)}"}`,
      says: /^$/,
      code: 0,
    },
  ])('$what', { timeout: 30_000 }, async ({ text, says, code = 3 }) => {
    const root = project({})
    write(root, 'export.json', text as string)
    const ran = await tokenidpHere(['import', 'keycloak', 'export.json', '--out', 'idp', '-q'], {
      cwd: root,
    })
    expect(ran.code, ran.stderr).toBe(code)
    if (code === 0) return
    expect(ran.stderr).toMatch(says)
    expect(ran.stderr).not.toContain('    at ')
    expect(existsSync(join(root, 'idp'))).toBe(false)
  })

  test.for([
    { words: ['keycloack', 'export.json'], says: 'did you mean keycloak' },
    { words: ['hydra', 'nothing.json'], says: 'cannot be read' },
    { words: ['hydra', '.'], says: 'not a regular file' },
    { words: ['hydra', 'export.json', '--tenant', 'Acme'], says: 'cannot be called "Acme"' },
    { words: ['hydra', 'export.json', '--tenant', 'admin'], says: 'cannot be called "admin"' },
    { words: ['keycloak', 'realms.json', '--tenant', 'acme'], says: 'the export has 2' },
    {
      words: ['hydra', 'export.json', '--env-out', 'export.json'],
      says: 'exists, and may hold secrets',
    },
    {
      words: ['hydra', 'export.json', '--out', 'taken', '--env-out', 'x.env'],
      says: 'exists, and is not replaced',
    },
  ])('$words', async ({ words, says }) => {
    const root = project({
      'export.json': HYDRA,
      'realms.json': JSON.stringify([keycloakRealm(1, 1, 'one'), keycloakRealm(1, 1, 'two')]),
      'taken/tokenidp.yaml': 'mine',
    })
    const ran = await tokenidpHere(['import', ...words], { cwd: root })
    expect(ran.code, ran.stderr).toBe(64)
    expect(ran.stderr).toContain(says)
    expect(readFileSync(join(root, 'taken/tokenidp.yaml'), 'utf8')).toBe('mine')
    expect(existsSync(join(root, 'x.env'))).toBe(false)
  })
})
