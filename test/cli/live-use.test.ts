import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mintToken } from '../../src/base/id.ts'
import { systemRandom } from '../../src/base/system.ts'
import { addressOf } from '../../src/config/desired-state.ts'
import { openStore } from '../../src/store/open.ts'
import { project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { aCode, anAuthorization, aSession, aSignIn, aUser } from '../support/rows.ts'

const HOUR = 3600
const CALLBACK = 'http://127.0.0.1:8400/callback'
const other = `${CALLBACK}, http://127.0.0.1:8400/other`

describe.each(databases)('plans tell what is in use on $engine', ({ newDatabase }) => {
  /** An application of which people came back to one redirect URI twice: two and three hours ago. */
  async function inUse() {
    const documents = aTenant('acme').replace(CALLBACK, other)
    const root = project({ ...devProject(), 'acme.yaml': documents })
    const url = await newDatabase(root)
    const run = (...words: string[]) =>
      tokenidpHere([...words, '-C', root], { env: { TOKENIDP_DATABASE_URL: url } })
    expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
    await signIns(url)
    return { root, run, documents }
  }

  async function signIns(url: string): Promise<void> {
    const store = await openStore(url, { schema: 'require', random: systemRandom })
    const { objects } = await store.config.live()
    const uidOf = (address: string) =>
      objects.find((object) => addressOf(object) === address)?.uid ?? ''
    const tenant = store.tenant(uidOf('Tenant/acme'))
    const now = Math.floor(Date.now() / 1000)
    const user = aUser()
    await tenant.users.create(user)
    const session = aSession(user.uid, { idleExpiresAt: now + HOUR, expiresAt: now + HOUR })
    await tenant.sessions.signIn(aSignIn(session), now)
    for (const ago of [2 * HOUR, 3 * HOUR]) {
      const createdAt = now - ago
      const key = mintToken(createdAt * 1000, systemRandom).key
      const applicationUid = uidOf('Application/acme/web')
      const authorization = anAuthorization(session, { applicationUid, createdAt })
      const code = { ...aCode(), key, redirectUri: CALLBACK, expiresAt: now + HOUR }
      expect(await tenant.authorizations.create(authorization, code)).toBe(true)
    }
    await store.close()
  }

  test.for([
    {
      gone: 'the redirect URI that is used',
      edit: (text: string) => text.replace(`${CALLBACK}, `, ''),
      says: `${CALLBACK} used 2 times in 7 days, last 2 h ago`,
    },
    {
      gone: 'another redirect URI',
      edit: (text: string) => text.replace(other, CALLBACK),
      says: 'http://127.0.0.1:8400/other not used in 7 days',
    },
    {
      gone: 'the code grant',
      edit: (text: string) =>
        text
          .replace('[authorization_code, refresh_token]', '[client_credentials]')
          .replace('openid, profile, email, offline_access, ', ''),
      says: 'its sign-ins: used 2 times in 7 days, last 2 h ago',
    },
    {
      gone: 'the application',
      edit: (text: string) =>
        text
          .split('---\n')
          .filter((each) => !each.includes('name: web'))
          .join('---\n')
          .replace('introspectors: [web]', 'introspectors: []'),
      says: 'its sign-ins: used 2 times in 7 days, last 2 h ago',
    },
  ])('when $gone goes', async ({ edit, says }) => {
    const { root, run, documents } = await inUse()
    expect(edit(documents)).not.toBe(documents)
    write(root, 'acme.yaml', edit(documents))
    const planned = await run('plan', '--prune')
    expect(planned.stdout, planned.stderr).toContain(says)
    expect((await run('plan', '--prune', '-o', 'json')).stdout).toContain(says)
    // What is told of the use is no part of what is approved.
    const path = join(root, 'plan.json')
    const words = ['--prune', '--max-deletes', '9']
    expect(await run('plan', '--out', path, ...words)).toMatchObject({ code: 0 })
    expect(await run('apply', path)).toMatchObject({ code: 0 })
  })
})
