import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Document } from 'yaml'
import { upgraded } from '../../src/config/upgrade/index.ts'
import { document, project } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const OLD = `# Ours.
apiVersion: v1 # as it was
kind: Tenant
metadata: { name: more } # short
---
# Right already.
apiVersion: tokenidp.dev/v1
kind: Role
metadata:
  tenant: more
  name: staff
`

describe('tokenidp upgrade-config', () => {
  test('shows a diff, and writes when it is told to', async () => {
    const root = project(aProject({ 'old.yaml': OLD }))
    const upgrade = (...words: string[]) =>
      tokenidpHere(['upgrade-config', ...words], { cwd: root })
    const shown = await upgrade()
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toContain(`--- old.yaml
+++ old.yaml
@@ -1 +1 @@
 # Ours.
-apiVersion: v1 # as it was
+apiVersion: tokenidp.dev/v1 # as it was
 kind: Tenant
 metadata: { name: more } # short
 ---
Not written: 1 of 5 files; --write does it.
`)
    expect(readFileSync(join(root, 'old.yaml'), 'utf8')).toBe(OLD)
    expect(document(await upgrade('--write', '-o', 'json'))).toMatchObject({
      to: 'v1',
      written: true,
      files: [{ file: 'old.yaml', changes: [{ line: 2 }] }],
    })
    expect(readFileSync(join(root, 'old.yaml'), 'utf8')).toBe(
      OLD.replace('apiVersion: v1', 'apiVersion: tokenidp.dev/v1'),
    )
    expect((await upgrade('--to', 'v1')).stdout).toBe('All is v1 already: 5 files.\n')
    expect(await tokenidpHere(['validate'], { cwd: root })).toMatchObject({ code: 0 })
  })

  test.for([
    { written: 'tokenidp.dev/v7', says: 'the apiVersion "tokenidp.dev/v7" is not known' },
    { written: 'apps', says: 'the apiVersion "apps" is not known' },
  ])('refuses $written, at its place, and writes nothing', async ({ written, says }) => {
    const role = OLD.replace('tokenidp.dev/v1', written)
    const root = project(aProject({ 'old.yaml': role }))
    const ran = await tokenidpHere(['upgrade-config', '--write'], { cwd: root })
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(ran.stderr).toContain(says)
    expect(ran.stderr).toContain('--> old.yaml:7:13')
    expect(ran.stderr).toContain('known here: tokenidp.dev/v1')
    expect(readFileSync(join(root, 'old.yaml'), 'utf8')).toBe(role)
  })

  test('shows no secret that is near', async () => {
    const near = `apiVersion: v1\nkind: User\nmetadata: { tenant: acme, name: bob }\nspec: { username: bob, password: canary-4d1 }\n`
    const root = project(aProject({ 'bob.yaml': near }))
    const ran = await tokenidpHere(['upgrade-config'], { cwd: root })
    expect(ran.stdout).toContain('-apiVersion: v1\n')
    expect(ran.stdout + ran.stderr).not.toContain('canary')
  })

  test('knows no other version of the format', async () => {
    const root = project(aProject())
    const ran = await tokenidpHere(['upgrade-config', '--to', 'v2'], { cwd: root })
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain('known here: v1')
  })

  test('a codemod moves fields, and their comments go with them', () => {
    const toV2 = {
      from: 'v1',
      to: 'v2',
      upgrade(made: Document) {
        const label = made.getIn(['metadata', 'name'], true)
        made.deleteIn(['metadata', 'name'])
        made.setIn(['metadata', 'id'], label)
        return ['metadata.name is now metadata.id']
      },
    }
    const ladder = { versions: ['v1', 'v2'], codemods: [toV2] }
    const text = `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata:
  name: more # ours
`
    const made = upgraded('a.yaml', text, 'v2', ladder)
    expect(made.text).toBe(`apiVersion: tokenidp.dev/v2
kind: Tenant
metadata:
  id: more # ours
`)
    expect(made.did.map(({ what }) => what)).toEqual([
      'apiVersion tokenidp.dev/v1 is now tokenidp.dev/v2',
      'metadata.name is now metadata.id',
    ])
    expect(upgraded('a.yaml', made.text, 'v2', ladder)).toMatchObject({ text: made.text, did: [] })
    const back = upgraded('a.yaml', made.text, 'v1', ladder)
    expect(back.diagnostics).toMatchObject([{ message: 'there is no way from v2 to v1' }])
  })
})
