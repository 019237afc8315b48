import { execFileSync } from 'node:child_process'
import { setTimeout as moment } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { behind } from '../support/behind.ts'
import {
  type Answer,
  aCode,
  aParty,
  authorizationUrl,
  type Party,
  post,
  redeem,
  refresh,
} from '../support/client.ts'
import { MASTER_KEY, start } from '../support/command.ts'
import { aTenant, devProject } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { ALICE } from '../support/sign-in.ts'
import { stores, testRandom } from '../support/stores.ts'
import { userAgent } from '../support/user-agent.ts'

const END_OF_TIME = 9_000_000_000

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

type Started = Serving & { readonly databaseUrl: string }

/** A server with one tenant on a database of its own. */
async function aServer(name: string): Promise<Started> {
  const engine = stores.find((each) => each.name === name)
  if (engine === undefined) throw new Error(`the tests know no ${name}`)
  const { url: databaseUrl, remove } = await engine.fresh()
  ends.push(remove)
  const project = aFolder(devProject(aTenant('ours')))
  ends.push(project.remove)
  await applied(project.path, databaseUrl)
  return { ...(await started(databaseUrl)), databaseUrl }
}

async function started(databaseUrl: string, port?: number): Promise<Serving> {
  const server = await serving({ databaseUrl, ...(port === undefined ? {} : { port }) })
  ends.push(() => server.kill())
  return server
}

const again = (server: Started): Promise<Serving> =>
  started(server.databaseUrl, Number(new URL(server.url).port))

const worker = (issuer: string): Party =>
  aParty(issuer, { clientId: 'worker', secret: 'worker-secret' })

const tokens = (party: Party): Promise<readonly Answer[]> =>
  Promise.all(
    Array.from({ length: 8 }, () =>
      post(party, '/token', { grant_type: 'client_credentials', scope: 'read' }),
    ),
  )

const statuses = (answers: readonly Answer[]): readonly number[] => [
  ...new Set(answers.map(({ status }) => status)),
]

const keys = async (issuer: string): Promise<number> => (await fetch(`${issuer}/jwks`)).status

describe('a storage in trouble on sqlite', () => {
  test('locked by another process: requests wait, are told to come back, and are served again', async () => {
    const server = await aServer('sqlite')
    const party = worker(server.issuer('ours'))
    const other = new BetterSqlite(server.databaseUrl.slice('sqlite:'.length))
    ends.push(() => other.close())

    other.exec('begin immediate')
    const waiting = tokens(party)
    expect(await keys(party.issuer)).toBe(200)
    other.exec('rollback')
    expect(statuses(await waiting)).toEqual([200])

    other.exec('begin immediate')
    const refused = await tokens(party)
    expect(statuses(refused)).toEqual([503])
    for (const { headers, body } of refused) {
      expect(headers.get('retry-after')).toMatch(/^\d+$/)
      expect(body).toMatchObject({ error: 'temporarily_unavailable' })
    }
    expect(await keys(party.issuer)).toBe(200)
    other.exec('rollback')
    expect(statuses(await tokens(party))).toEqual([200])
  })

  test('that takes no more bytes: writes are 503, reads go on, and it recovers by itself', async () => {
    const server = await aServer('sqlite')
    const party = worker(server.issuer('ours'))
    const [held] = await tokens(party)
    const limit = (bytes: string): unknown =>
      execFileSync('prlimit', ['--pid', String(server.running.child.pid), `--fsize=${bytes}:`])

    limit('4096')
    const refused = await tokens(party)
    expect(statuses(refused)).toEqual([503])
    expect(refused[0]?.body).toMatchObject({ error: 'temporarily_unavailable' })
    expect(await keys(party.issuer)).toBe(200)
    const token = String(held?.body.access_token)
    const asked = await post(aParty(party.issuer), '/introspect', { token })
    expect(asked).toMatchObject({ status: 200, body: { active: true } })

    limit('unlimited')
    expect(statuses(await tokens(party))).toEqual([200])
  })
})

/** How a commit is made to fail after every statement of it was taken, and how it is let go on. */
const COMMITS = {
  sqlite: ({ running }) => {
    const limit = (bytes: string) =>
      execFileSync('prlimit', ['--pid', String(running.child.pid), `--fsize=${bytes}:`])
    return { fail: async () => limit('4096'), mend: async () => limit('unlimited') }
  },
  // A deferred trigger is asked by the commit; what it says is what PostgreSQL says of a full disk.
  postgres: ({ databaseUrl }) => ({
    fail: () =>
      behind(
        databaseUrl,
        `create function full_disk() returns trigger language plpgsql as
           $$ begin raise exception 'no room' using errcode = '53100'; end $$;
         create constraint trigger full_disk after insert on access_token
           deferrable initially deferred for each row execute function full_disk()`,
      ),
    mend: () => behind(databaseUrl, 'drop trigger full_disk on access_token'),
  }),
} as const satisfies Record<
  string,
  (server: Started) => Readonly<Record<'fail' | 'mend', () => Promise<unknown>>>
>

describe.each(['sqlite', 'postgres'] as const)('a commit that fails on %s', (name) => {
  test('is 503 to all whose rows were in it, and stores none', async () => {
    const server = await aServer(name)
    const party = worker(server.issuer('ours'))
    const store = await openStore(server.databaseUrl, { schema: 'require', random: testRandom })
    ends.push(() => store.close())
    const rows = () => store.purging.count('access_token', END_OF_TIME)
    const commits = COMMITS[name](server)

    expect([statuses(await tokens(party)), await rows()]).toEqual([[200], 8])
    await commits.fail()
    expect([statuses(await tokens(party)), await rows()]).toEqual([[503], 8])
    await commits.mend()
    expect([statuses(await tokens(party)), await rows()]).toEqual([[200], 16])
  })
})

describe.each(stores)('kill -9 around a person and the keys on $name', ({ name }) => {
  test('between the page and the password, and between the code and its use', async () => {
    const server = await aServer(name)
    const party = aParty(server.issuer('ours'))
    const { url, verifier } = authorizationUrl(party)
    const agent = userAgent()
    const page = await agent.open(String(url), party.redirectUri)
    await server.kill()
    const second = await again(server)
    const back = await agent.submit(page, { ...ALICE, action: 'sign-in' }, party.redirectUri)
    const code = back.url.searchParams.get('code') ?? ''
    await second.kill()
    await again(server)
    expect((await redeem(party, { code, verifier })).status).toBe(200)
    expect((await redeem(party, { code, verifier })).status).toBe(400)
  })

  test('during the sign-in: the person signs in again and has one good code', async () => {
    const server = await aServer(name)
    const party = aParty(server.issuer('ours'))
    const agent = userAgent()
    const page = await agent.open(String(authorizationUrl(party).url), party.redirectUri)
    const fields = { ...ALICE, action: 'sign-in' }
    const lost = agent.submit(page, fields, party.redirectUri).catch(() => undefined)
    await server.kill()
    await lost
    await again(server)
    expect((await redeem(party, await aCode(party))).status).toBe(200)
  })

  test('during keys rotate: what was signed verifies, and the command can be repeated', async () => {
    const server = await aServer(name)
    const party = worker(server.issuer('ours'))
    const [held] = await tokens(party)
    const env = { TOKENIDP_DATABASE_URL: server.databaseUrl, TOKENIDP_MASTER_KEY: MASTER_KEY }
    const rotate = ['keys', 'rotate', 'ours', '--now']
    for (const wait of [200, 350, 500]) {
      const command = start(rotate, { env })
      await Promise.race([moment(wait), command.ended])
      command.child.kill('SIGKILL')
      await command.ended
    }
    const whole = await tokenidpHere(rotate, { env })
    expect(whole.code, whole.stderr).toBe(0)
    const token = String(held?.body.access_token)
    const asked = await post(aParty(party.issuer), '/introspect', { token })
    expect(asked).toMatchObject({ status: 200, body: { active: true } })
    expect(statuses(await tokens(party))).toEqual([200])
  })
})

describe('two servers on one postgres', () => {
  test('one is killed: the other continues every family', async () => {
    const one = await aServer('postgres')
    const other = aParty((await started(one.databaseUrl)).issuer('ours'))
    const party = aParty(one.issuer('ours'))
    const codes = await Promise.all(Array.from({ length: 4 }, () => aCode(party)))
    const held = await Promise.all(codes.map(async (code) => (await redeem(party, code)).body))
    const parents = held.map(({ refresh_token }) => String(refresh_token))
    const burst = parents.map((token) => refresh(party, token).catch(() => undefined))
    await one.kill()
    for (const [index, answer] of (await Promise.all(burst)).entries()) {
      const token = answer?.body.refresh_token ?? parents[index]
      expect((await refresh(other, String(token))).status).toBe(200)
    }
  })
})
