import { describe, expect, test } from 'vitest'
import { document, project, running, write } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { freePort } from '../support/free-port.ts'
import { tokenidpHere } from '../support/in-process.ts'

const REF = 'Application/acme/worker'
const INCIDENT = ['--ttl', '1h', '--reason', 'INC-1'] as const

const REFUSED = [
  [64, /did you mean disabled\?/, 'disabledd=true'],
  [64, /a whole number with a unit/, 'tokens.access.ttl=soon'],
  [64, /1s to 30d/, 'disabled=true', '--ttl', '31d'],
  [64, /needs a reason/, 'disabled=true', '--reason', ' '],
  [5, /not known to restrict.*--allow-relaxing/s, 'scopes=[orders:read, openid]'],
  [5, /would not be valid: .*key policy/, 'tokens.id.algorithm=EdDSA', '--allow-relaxing'],
] as const

type Engine = (typeof databases)[number]

async function aShop({ newDatabase }: Engine) {
  const root = project(aProject())
  const env = {
    TOKENIDP_DATABASE_URL: await newDatabase(root),
    TOKENIDP_MASTER_KEY: MASTER_KEY,
    TOKENIDP_ACTOR: 'sam',
  }
  const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
  const json = async (...words: string[]) => document(await run(...words, '-o', 'json'))
  expect(await run('apply', '--auto-approve')).toMatchObject({ code: 0 })
  const port = await freePort()
  const words = ['serve', '--listen', `127.0.0.1:${port}`, '-C', root]
  return { root, run, json, port, serve: () => running(words, { env }) }
}

async function served(shop: Awaited<ReturnType<typeof aShop>>) {
  const server = shop.serve()
  await server.says(/Serving revision/)
  const status = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${shop.port}/acme/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('worker:worker-secret')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    return answer.status
  }
  return { server, status }
}

describe.each(databases)('override on $engine', (database) => {
  test('an incident: refused at once, through an apply, until it is cleared', async () => {
    const shop = await aShop(database)
    const { root, run, json } = shop
    const { status } = await served(shop)
    expect(await status()).toBe(200)

    const set = await run('override', 'set', REF, 'disabled=true', ...INCIDENT, '-o', 'json')
    const told = Date.now()
    await expect.poll(status, { timeout: 5000, interval: 20 }).toBe(401)
    if (database.engine === 'sqlite') expect(Date.now() - told).toBeLessThan(1000)
    const override = {
      address: REF,
      path: 'disabled',
      value: true,
      isRelaxing: false,
      expiresAt: expect.any(Number),
      remaining: expect.any(Number),
      reason: 'INC-1',
      actor: 'sam',
      createdAt: expect.any(Number),
    }
    expect(document(set)).toEqual({
      formatVersion: '1.0',
      tool: expect.anything(),
      kind: 'Override',
      action: 'set',
      revision: 2,
      overrides: [{ ...override, remaining: 3600 }],
      diagnostics: [],
    })

    expect(await json('apply', '--auto-approve')).toMatchObject({
      revision: 2,
      changes: [],
      overrides: [override],
    })
    write(root, 'worker.yaml', worker().replace('Worker', 'Night shift'))
    expect(await json('apply', '--auto-approve')).toMatchObject({
      revision: 3,
      changes: [{ action: 'update', fields: [{ path: 'displayName' }] }],
      overrides: [override],
    })
    expect(await json('status')).toMatchObject({ overrides: [override] })
    expect(await json('drift')).toMatchObject({ drifted: [] })
    expect(await status()).toBe(401)

    const plan = await run('plan', '--detailed-exitcode')
    expect(plan.code).toBe(0)
    expect(plan.stdout).toMatch(
      /Override in force: \S+ disabled=true for (1h|59m \d+s), .*by sam: INC-1/,
    )

    expect(await json('override', 'clear', REF)).toMatchObject({
      action: 'clear',
      revision: 4,
      overrides: [override],
    })
    await expect.poll(status, { timeout: 5000, interval: 20 }).toBe(200)
    expect(await json('override', 'list')).toMatchObject({ kind: 'Overrides', overrides: [] })
    expect(await json('audit', '--object', REF)).toMatchObject({
      entries: ['override-clear', 'update', 'override', 'create'].map((action) => ({ action })),
    })
    expect(await json('audit', '--verify')).toMatchObject({ isWhole: true })
  })

  test('ends by itself, by a revision of the server', async () => {
    const shop = await aShop(database)
    const { run, json } = shop
    const { server, status } = await served(shop)
    const words = ['--ttl', '2s', '--reason', 'INC-1']
    await run('override', 'set', REF, 'disabled=true', ...words)
    await server.says(/"revision":3/)
    await expect.poll(status, { timeout: 5000, interval: 20 }).toBe(200)
    expect(await json('status')).toMatchObject({
      revision: 3,
      head: { kind: 'override', actor: 'tokenidp' },
      applied: { revision: 1, kind: 'apply' },
      overrides: [],
    })
  })
})

describe.each(databases.slice(0, 1))('the words of override', (database) => {
  test('an object has several, each cleared by the words that set it', async () => {
    const { run, json } = await aShop(database)
    const words = ['tokens.access.ttl=1m', 'grants-=client_credentials', ...INCIDENT]
    expect(await json('override', 'set', REF, ...words)).toMatchObject({ revision: 2 })
    const clear = (path: string) => json('override', 'clear', REF, path)
    expect(await clear('grants-=client_credentials')).toMatchObject({ revision: 3 })
    const list = await run('override', 'list')
    expect(list.stdout).toMatch(/^\S+worker tokens\.access\.ttl=60 for (1h|59m \d+s), until .*\n$/)
  })

  test('documents that no longer fit an override are refused until it is cleared', async () => {
    const { root, run, json } = await aShop(database)
    const acme = aProject()['acme.yaml'] ?? ''
    const signing = (more: string): void =>
      write(
        root,
        'acme.yaml',
        `${acme.replace('displayName: Acme', 'keyPolicy: keys')}---
apiVersion: tokenidp.dev/v1
kind: KeyPolicy
metadata: { tenant: acme, name: keys }
spec: { algorithms: [ES256, RS256${more}] }
`,
      )
    signing(', EdDSA')
    await run('apply', '--auto-approve')
    const relaxed = ['tokens.id.algorithm=EdDSA', '--allow-relaxing', ...INCIDENT]
    expect(await json('override', 'set', REF, ...relaxed)).toMatchObject({
      revision: 3,
      overrides: [{ isRelaxing: true }],
    })
    signing('')
    const refused = await run('apply', '--auto-approve')
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringMatching(/override in force/) })
    expect(refused.stderr).toMatch(/next: .*tokenidp override clear/)
    await run('override', 'clear', REF)
    expect(await json('apply', '--auto-approve')).toMatchObject({ revision: 5 })
  })

  test('what is not meant, or cannot be, is refused and changes nothing', async () => {
    const { run, json } = await aShop(database)
    for (const [code, says, ...words] of REFUSED) {
      const ran = await run('override', 'set', REF, ...INCIDENT, ...words)
      expect(ran, words.join(' ')).toMatchObject({ code, stderr: expect.stringMatching(says) })
    }
    expect(await json('status')).toMatchObject({ revision: 1, overrides: [] })
  })
})
