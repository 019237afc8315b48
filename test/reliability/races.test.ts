import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, aCode, aParty, type Party, redeem, refresh } from '../support/client.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { applied, serving } from '../support/serving.ts'
import { stores } from '../support/stores.ts'

const WITHOUT_GRACE = 'type: web\n  tokens: { refresh: { grace: 0s } }\n'

/** A file has one server; a PostgreSQL has as many as it likes. */
const SERVERS = { sqlite: 1, postgres: 2 } as const

describe.each(stores)('fifty at once, each at one of the servers on $name', (engine) => {
  const ends: (() => unknown)[] = []
  let urls: readonly string[]

  beforeAll(async () => {
    const database = await engine.fresh()
    ends.push(database.remove)
    const strict = aTenant('strict').replace('type: web\n', WITHOUT_GRACE)
    const project = aFolder(devProject(aTenant('patient'), strict))
    ends.push(project.remove)
    await applied(project.path, database.url)
    const servers = await Promise.all(
      Array.from({ length: SERVERS[engine.name] }, () => serving({ databaseUrl: database.url })),
    )
    for (const server of servers) ends.push(() => server.stop())
    urls = servers.map(({ url }) => url)
  })
  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  const partiesOf = (tenant: string) => urls.map((url) => aParty(`${url}/${tenant}`))
  const firstOf = ([party]: readonly Party[]): Party => party ?? aParty('')
  const fifty = (parties: readonly Party[], ask: (party: Party) => Promise<Answer>) =>
    Promise.all(Array.from({ length: 50 / parties.length }, () => parties.map(ask)).flat())
  const won = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200)
  const successorOf = (answer: Answer | undefined) => String(answer?.body.refresh_token)
  const aRefreshToken = async (party: Party) => successorOf(await redeem(party, await aCode(party)))

  const refusedBy = async (parties: readonly Party[], token: string) =>
    Promise.all(
      parties.map(async (party) => {
        const { status, body } = await refresh(party, token)
        return { status, error: body.error }
      }),
    )
  const INVALID = { status: 400, error: 'invalid_grant' }

  test('one code: one wins, and the rest ends what it won', async () => {
    const parties = partiesOf('patient')
    const code = await aCode(firstOf(parties))
    const answers = await fifty(parties, (party) => redeem(party, code))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(400)])
    const [winner] = won(answers)
    expect(await refusedBy(parties, successorOf(winner))).toEqual(parties.map(() => INVALID))
  })

  test('one refresh token without grace: one wins, and the rest ends the family', async () => {
    const parties = partiesOf('strict')
    const token = await aRefreshToken(firstOf(parties))
    const answers = await fifty(parties, (party) => refresh(party, token))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(49).fill(400)])
    const [winner] = won(answers)
    expect(await refusedBy(parties, successorOf(winner))).toEqual(parties.map(() => INVALID))
  })

  test('one refresh token with 10 s of grace: every success carries the one successor', async () => {
    const parties = partiesOf('patient')
    const token = await aRefreshToken(firstOf(parties))
    const answers = await fifty(parties, (party) => refresh(party, token))
    expect(won(answers)).toHaveLength(50)
    expect(new Set(answers.map(successorOf)).size).toBe(1)
    expect((await refresh(firstOf(parties), successorOf(answers[0]))).status).toBe(200)
  })
})
