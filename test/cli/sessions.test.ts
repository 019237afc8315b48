import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/base/system.ts'
import { toSeconds } from '../../src/base/time.ts'
import { tenantNamed } from '../../src/cli/tenants.ts'
import { openStore } from '../../src/store/open.ts'
import { document, project } from '../support/cli.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { aSession, aSignIn } from '../support/rows.ts'
import { stores, testRandom } from '../support/stores.ts'

const applied = async () => {
  const root = project(aProject())
  const run = (...words: readonly string[]) => tokenidpHere([...words, '-C', root])
  await run('apply', '--auto-approve')
  return run
}

/** A tenant, and how alice begins sessions in it. */
async function peopled() {
  const database = await stores[0]?.fresh()
  if (database === undefined) throw new Error('no engine')
  const root = project(aProject())
  const env = { TOKENIDP_DATABASE_URL: database.url }
  const run = (...words: readonly string[]) => tokenidpHere([...words, '-C', root], { env })
  await run('apply', '--auto-approve')
  const store = await openStore(database.url, { schema: 'require', random: testRandom })
  onTestFinished(async () => {
    await store.close()
    await database.remove()
  })
  const people = store.tenant((await tenantNamed(store, 'acme')).uid)
  const alice = await people.users.findByLogin('alice')
  const now = toSeconds(systemClock.milliseconds())
  const lasting = { authTime: now, idleExpiresAt: now + 600, expiresAt: now + 600 }
  const signIn = (uid: string) =>
    people.sessions.signIn(aSignIn(aSession(alice?.uid ?? '', { ...lasting, uid })), now)
  return { run, signIn }
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

  test('are listed from the newest, and what is left out is said', async () => {
    const { run, signIn } = await peopled()
    for (let each = 0; each < 101; each += 1) await signIn(`S-${String(each).padStart(3, '0')}`)
    const ids = ({ stdout }: { stdout: string }) =>
      stdout.match(/^S-\d+/gm)?.map((id) => Number(id.slice(2))) ?? []
    const newest = await run('sessions', 'list', 'acme')
    expect([ids(newest).length, ids(newest)[0], ids(newest).at(-1)]).toEqual([100, 100, 1])
    expect(newest.stderr).toContain('only the newest 100 sessions are listed, there are more')
    const all = await run('sessions', 'list', 'acme', '--limit', '101')
    expect([ids(all).length, all.stderr]).toEqual([101, ''])
    const few = document(await run('sessions', 'list', 'acme', '--limit', '2', '-o', 'json'))
    expect(few).toMatchObject({
      sessions: [{ id: 'S-100' }, { id: 'S-099' }],
      diagnostics: [{ severity: 'warning', message: expect.stringContaining('there are more') }],
    })
    const ended = await run('sessions', 'end', 'acme', '--user', 'alice')
    expect(ended.stdout).toContain('Ended 101 sessions.')
  })

  test('what is not there, or not said, is refused', async () => {
    const run = await applied()
    for (const { words, code, says } of [
      { words: ['sessions', 'list', 'acne'], code: 1, says: /did you mean acme/ },
      { words: ['sessions', 'list', 'acme', '--user', 'bob'], code: 1, says: /no user "bob"/ },
      {
        words: ['sessions', 'list', 'acme', '--limit', '0'],
        code: 64,
        says: /"0" is not a number/,
      },
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
