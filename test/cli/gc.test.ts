import { describe, expect, test } from 'vitest'
import { systemRandom } from '../../src/base/system.ts'
import { openStore } from '../../src/store/open.ts'
import { project } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { anAccessToken, anId, times } from '../support/rows.ts'

describe.each(databases)('gc on $engine', ({ newDatabase }) => {
  test('removes what is over at once, and what is not stays', async () => {
    const root = project(aProject())
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url }
    const here = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
    await here('apply', '--auto-approve')
    const store = await openStore(url, { schema: 'require', random: systemRandom })
    const { accessTokens } = store.tenant(anId())
    const now = Math.floor(Date.now() / 1000)
    const live = { ...anAccessToken(), expiresAt: now + 900 }
    await accessTokens.issue(live)
    await times(1200, () => accessTokens.issue({ ...anAccessToken(), expiresAt: now - 7200 }))
    // A server's turn is no hindrance.
    await store.purging.takeTurn('a server', now + 999, now)

    const dry = await here('gc', '--dry-run', '-o', 'json')
    const removed = [{ table: 'access_token', rows: 1200 }]
    expect(JSON.parse(dry.stdout)).toMatchObject({ isDryRun: true, forgotten: [], removed })
    const done = await here('gc')
    expect(done.stdout).toBe(
      '- access_token: 1200 of what is over\nNothing was deleted long enough ago.\n',
    )
    const again = await here('gc', '-o', 'json')
    expect(JSON.parse(again.stdout)).toMatchObject({ isDryRun: false, removed: [] })
    expect(await accessTokens.find(live.key)).toMatchObject({ isLive: true })
    await store.close()
  })
})
