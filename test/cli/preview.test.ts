import { describe, expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const previewOf = (tenant: string, ...args: readonly string[]) => {
  const cwd = project(devProject(tenant))
  return tokenidpHere(['preview', 'token', '--app', 'web', ...args], { cwd })
}
const preview = (...args: readonly string[]) => previewOf(aTenant('acme'), ...args)

describe('preview token', () => {
  test('shows what a person’s tokens and userinfo would say', async () => {
    const args = ['--user', 'alice', '--scope', 'openid email read', '-o', 'json']
    const shown = await preview(...args)
    expect(shown.code, shown.stderr).toBe(0)
    expect(document(shown)).toMatchObject({
      kind: 'TokenPreview',
      scopes: ['openid', 'email', 'read'],
      accessToken: {
        format: 'jwt',
        audience: 'https://api.example',
        claims: { client_id: 'web', scope: 'openid email read', sub: '<sub of alice>' },
      },
      idToken: { iss: 'http://127.0.0.1:4000/acme', aud: 'web', sub: '<sub of alice>' },
      userinfo: { email: 'alice@acme.example', email_verified: true },
    })
    expect(document(shown).idToken).not.toHaveProperty('email')
  })

  test('shows the groups of a declared person, where they are declared', async () => {
    const tenant = aTenant('acme')
      .replace(
        '  displayName: acme',
        '$&\n  claims: [{ name: groups, groups: true, in: [id_token] }]',
      )
      .replace('  emailVerified: true', '$&\n  groups: [Staff, Crew]')
    const shown = await previewOf(tenant, '--user', 'alice', '--scope', 'openid', '-o', 'json')
    expect(shown.code, shown.stderr).toBe(0)
    expect(document(shown)).toMatchObject({ idToken: { groups: ['Crew', 'Staff'] } })
  })

  test('in words, too', async () => {
    const shown = await preview('--user', 'alice', '--scope', 'openid open')
    expect(shown.stdout).toMatch(/^Access token for https:\/\/vault.example \(opaque/)
    expect(shown.stdout).toContain('ID token\n')
  })

  test.for([
    { args: ['--user', 'alise'], code: 1, says: 'did you mean alice?' },
    { args: ['--user', 'alice', '--scope', 'openid reed'], code: 1, says: 'did you mean read?' },
    { args: ['--user', 'alice', '--scope', 'read open'], code: 1, says: 'invalid_target' },
    { args: [], code: 64, says: '--user' },
    { args: ['--user', 'alice', '--tenant', 'acne'], code: 1, says: 'did you mean acme?' },
  ])('$args: exit $code', async ({ args, code, says }) => {
    const shown = await preview(...args)
    expect(shown.code).toBe(code)
    expect(shown.stderr).toContain(says)
  })
})
