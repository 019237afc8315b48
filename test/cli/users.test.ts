import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { document, project } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { everyRow } from '../support/every-row.ts'
import { tokenidpHere } from '../support/in-process.ts'

let root: string
let run: (words: string[], input?: string) => ReturnType<typeof tokenidpHere>

beforeEach(async () => {
  root = project(aProject())
  run = (words, input = '') => tokenidpHere([...words, '-C', root], { input })
  await run(['apply', '--auto-approve'])
})

const written = () => everyRow(`sqlite:${join(root, '.tokenidp', 'tokenidp.db')}`)

/** Of the row of the only user. */
async function hashesOfAlice(): Promise<number> {
  const row = /^user_account .*$/m.exec(await written())?.[0] ?? ''
  return row.split('$argon2id$').length - 1
}

const BOB = ['users', 'add', 'acme', 'bob', '--email', 'bob@acme.example', '--password-file', '-']

describe('users', () => {
  test('a user is added with a password from standard input, which is nowhere shown', async () => {
    const added = await run(BOB, 'canary-password\n')
    expect(added).toMatchObject({ code: 0 })
    const listed = await run(['users', 'list', 'acme', '-o', 'json'])
    expect(document(listed)).toMatchObject({
      users: [{ username: 'alice' }, { username: 'bob', email: 'bob@acme.example' }],
    })
    expect(added.stdout + added.stderr + listed.stdout).not.toMatch(/canary|argon2/)
  })

  test('a user code is set from standard input, is nowhere shown, and is hashed', async () => {
    const words = ['users', 'set-user-code', 'acme', 'alice', '--code-file', '-', '-o', 'json']
    const changed = await run(words, 'canary-4711\n')
    expect(changed).toMatchObject({ code: 0 })
    expect(document(changed)).toMatchObject({ user: { username: 'alice' } })
    expect(changed.stdout + changed.stderr).not.toMatch(/canary|argon2/)
    expect(await written()).not.toContain('canary')
    expect(await hashesOfAlice()).toBe(2)
  })

  test('a declared user code is kept hashed, and goes with its line', async () => {
    const declared = `${aProject()['alice.yaml']}  cibaUserCode: canary-4711\n`
    writeFileSync(join(root, 'alice.yaml'), declared)
    const planned = await run(['plan'])
    expect(planned.stdout + planned.stderr).toContain('cibaUserCode')
    expect(planned.stdout + planned.stderr).not.toContain('canary')
    await run(['apply', '--auto-approve'])
    expect(await written()).not.toContain('canary')
    expect(await hashesOfAlice()).toBe(2)
    writeFileSync(join(root, 'alice.yaml'), aProject()['alice.yaml'] ?? '')
    await run(['apply', '--auto-approve'])
    expect(await hashesOfAlice()).toBe(1)
  })

  test('a user is in the groups that are named, each once', async () => {
    const groups = ['--group', 'Staff, all', '--group', 'Crew', '--group', 'Crew']
    await run([...BOB.slice(0, 2), ...groups, ...BOB.slice(2)], 'password')
    expect(document(await run(['users', 'list', 'acme', '-o', 'json']))).toMatchObject({
      users: [{ groups: [] }, { username: 'bob', groups: ['Crew', 'Staff, all'] }],
    })
    expect((await run(['users', 'list', 'acme'])).stdout).toMatch(/bob.*Crew, Staff, all/)
  })

  test('a name that is taken is refused', async () => {
    await run(BOB, 'first-password')
    const again = await run(BOB, 'second-password')
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('next: tokenidp users list acme')
  })

  test('a disabled user is shown as such', async () => {
    await run(['users', 'disable', 'acme', 'alice@acme.example'])
    expect((await run(['users', 'list', 'acme'])).stdout).toMatch(/alice.*disabled/)
  })

  test.for([
    { words: ['users', 'list', 'acne'], code: 1, says: /did you mean acme/ },
    { words: ['users', 'disable', 'acme', 'carol'], code: 1, says: /no user "carol"/ },
    { words: ['users', 'add', 'acme', 'carol'], code: 64, says: /--password-file/ },
    { words: [...BOB, '--group', ''], code: 64, says: /a group has 1 to 256 characters/ },
    { words: ['users', 'set-user-code', 'acme', 'alice'], code: 64, says: /--code-file/ },
    {
      words: ['users', 'set-user-code', 'acme', 'alice', '--code-file', '-'],
      code: 64,
      says: /the user code is empty/,
    },
  ])('$words', async ({ words, code, says }) => {
    const ran = await run(words)
    expect(ran.code).toBe(code)
    expect(ran.stderr).toMatch(says)
  })
})
