import { describe, expect, test } from 'vitest'
import { document, project, tokenidp } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'

const applied = async () => {
  const root = project(aProject())
  const run = (...words: readonly string[]) => tokenidp([...words, '-C', root])
  await run('apply', '--auto-approve')
  return run
}

describe('sessions and deliveries of a tenant where nobody is signed in', () => {
  test('are empty lists, for people and for programs', async () => {
    const run = await applied()
    expect((await run('sessions', 'list', 'acme')).stdout).toBe('Nobody is signed in.\n')
    expect(document(await run('sessions', 'list', 'acme', '-o', 'json'))).toMatchObject({
      tenant: 'acme',
      sessions: [],
    })
    expect((await run('deliveries', 'list', 'acme', '--failed')).stdout).toBe(
      'There are no failed deliveries.\n',
    )
    expect((await run('users', 'revoke-all', 'acme', 'alice')).stdout).toBe(
      'There was no session to end.\nEnded 0 grants of alice with all their tokens.\n',
    )
  })

  test('what is not there, or not said, is refused', async () => {
    const run = await applied()
    for (const { words, code, says } of [
      { words: ['sessions', 'list', 'acne'], code: 1, says: /did you mean acme/ },
      { words: ['sessions', 'list', 'acme', '--user', 'bob'], code: 1, says: /no user "bob"/ },
      { words: ['sessions', 'end', 'acme'], code: 64, says: /--user for all of a person/ },
      { words: ['sessions', 'end', 'acme', 'x', '--user', 'alice'], code: 64, says: /its id/ },
      { words: ['sessions', 'end', 'acme', 'x'], code: 1, says: /no session "x" in acme/ },
      { words: ['users', 'revoke-all', 'acme', 'bob'], code: 1, says: /no user "bob"/ },
    ]) {
      const ran = await run(...words)
      expect([ran.code, says.test(ran.stderr)], words.join(' ')).toEqual([code, true])
    }
  })
})
