import { beforeEach, describe, expect, test } from 'vitest'
import { document, project, tokenidp } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'

let run: (words: string[], input?: string) => ReturnType<typeof tokenidp>

beforeEach(async () => {
  const root = project(aProject())
  run = (words, input = '') => tokenidp([...words, '-C', root], { input })
  await run(['apply', '--auto-approve'])
})

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
  ])('$words', async ({ words, code, says }) => {
    const ran = await run(words)
    expect(ran.code).toBe(code)
    expect(ran.stderr).toMatch(says)
  })
})
