import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { seal, sealedUnder, sealingKey, unseal } from '../../src/base/seal.ts'
import { resealAll } from '../../src/cli/reseal.ts'
import { secretPurpose } from '../../src/model/sealed-secret.ts'
import { sealContext } from '../../src/oauth/keys/ring.ts'
import { openStore } from '../../src/store/open.ts'
import type { SealedValue } from '../../src/store/port.ts'
import { ASSERTION_TYPE, aClaimSet, signed } from '../support/assertion.ts'
import { document, project, running, tokenidp, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject, worker } from '../support/documents.ts'
import { type Around, tokenidpHere } from '../support/in-process.ts'
import { serving } from '../support/serving.ts'
import { testRandom } from '../support/stores.ts'

const SECRET = 'a-secret-of-at-least-32-bytes-which-is-long'
const textOf = (seed: number): string => Buffer.alloc(32, seed).toString('base64')
const keyOf = (seed: number) => {
  const key = sealingKey(textOf(seed))
  if (key === undefined) throw new Error('not a key')
  return key
}
const FIRST = { TOKENIDP_MASTER_KEY: textOf(1) }
const NEXT = { TOKENIDP_MASTER_KEY: textOf(2) }
const BOTH = { ...NEXT, TOKENIDP_MASTER_KEYS_OLD: textOf(1) }
const byJwt = worker(SECRET).replace(
  'clientAuth:\n',
  'clientAuth:\n    method: client_secret_jwt\n',
)

const contextOf = (value: SealedValue): string =>
  value.of === 'signing-key'
    ? sealContext(value.tenant, value.kid)
    : secretPurpose(value.ownerUid, value.secretId)

/** Whether the application can still prove itself by its sealed secret, and is given a token. */
async function answer(issuer: string): Promise<number> {
  const now = Math.floor(Date.now() / 1000)
  const claims = aClaimSet('worker', issuer, { iat: now, exp: now + 60, jti: randomUUID() })
  const key = { alg: 'HS256', kid: 'secret', privateKey: Buffer.from(SECRET) }
  const form = {
    grant_type: 'client_credentials',
    scope: 'orders:read',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await signed(claims, key),
  }
  const asked = { method: 'POST', body: new URLSearchParams(form) }
  return (await fetch(`${issuer}/token`, asked)).status
}

const kidsAt = async (issuer: string): Promise<readonly string[]> => {
  const found = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] }
  return found.keys.map(({ kid }) => kid)
}

describe.each(databases)('a change of the master key on $engine', ({ newDatabase }) => {
  test('while servers run, killed half-way', { timeout: 60_000 }, async () => {
    const root = project(aProject({ 'worker.yaml': byJwt }))
    const databaseUrl = await newDatabase(root)
    const env = { ...FIRST, TOKENIDP_DATABASE_URL: databaseUrl }
    const ran = await tokenidpHere(['apply', '--auto-approve', '-C', root], { env })
    expect(ran, ran.stderr).toMatchObject({ code: 0 })
    await (await serving({ databaseUrl, env: FIRST })).stop()
    const store = await openStore(databaseUrl, { schema: 'require', random: testRandom })
    const crowd = Array.from({ length: 400 }, (_, index) => ({
      ownerUid: 'uid-of-the-crowd',
      secretId: `secret-${index}`,
      verifier: seal(
        SECRET,
        keyOf(1),
        secretPurpose('uid-of-the-crowd', `secret-${index}`),
        testRandom,
      ),
      fingerprint: '',
      expiresAt: undefined,
    }))
    await store.config.transaction(5000, (tx) => tx.putSecrets(crowd))

    const server = await serving({ databaseUrl, env: BOTH })
    onTestFinished(() => server.kill())
    const kids = await kidsAt(server.issuer('acme'))
    const words = ['secrets', 'rekey', '-o', 'json']
    const around = { env: { ...BOTH, TOKENIDP_DATABASE_URL: databaseUrl } }
    const dry = document(await tokenidpHere([...words, '--dry-run'], around))
    const before = await store.sealed.list()
    expect(before.every(({ sealed }) => sealedUnder(sealed) === keyOf(1).id)).toBe(true)
    expect(dry).toMatchObject({ isDryRun: true, clientSecrets: 401, removable: [] })
    expect(dry.signingKeys).toBe(before.length - 401)

    const moved = async () =>
      (await store.sealed.list()).filter(({ sealed }) => sealedUnder(sealed) === keyOf(2).id)
    const killed = running(words, around)
    await expect.poll(async () => (await moved()).length, { interval: 1 }).toBeGreaterThan(3)
    killed.kill('SIGKILL')
    await killed.exited
    const half = await store.sealed.list()
    expect(await moved()).not.toHaveLength(half.length)
    expect(half).toHaveLength(before.length)
    const either = { ...keyOf(2), older: [keyOf(1)] }
    expect(
      half.filter((value) => unseal(value.sealed, either, contextOf(value)) === undefined),
    ).toEqual([])
    expect(await answer(server.issuer('acme'))).toBe(200)

    const done = document(await tokenidpHere(words, around))
    expect(done).toMatchObject({ left: [], unreadable: [], removable: [keyOf(1).id] })
    expect(await moved()).toHaveLength(before.length)
    expect(document(await tokenidpHere(words, around))).toMatchObject({
      signingKeys: 0,
      clientSecrets: 0,
    })
    expect(await answer(server.issuer('acme'))).toBe(200)
    expect(await kidsAt(server.issuer('acme'))).toEqual(kids)
    await server.stop()

    const alone = await serving({ databaseUrl, env: NEXT })
    onTestFinished(() => alone.kill())
    expect(await answer(alone.issuer('acme'))).toBe(200)
    expect(await kidsAt(alone.issuer('acme'))).toEqual(kids)
    await alone.stop()
    const former = await tokenidp(['serve', '--listen', '127.0.0.1:0'], { env })
    expect(former.code).toBe(78)
    expect(former.stderr).toContain(`sealed under master key ${keyOf(2).id}`)
    const audit = await store.config.audit({ limit: 9 })
    expect(audit.filter(({ action }) => action === 'rekey')).toHaveLength(2)
    await store.close()
  })
})

test('what no key opens is told by the id of its key, with 78, and left', async () => {
  const root = project(aProject({ 'worker.yaml': byJwt }))
  const database = { TOKENIDP_DATABASE_URL: `sqlite:${root}/test.db` }
  await tokenidpHere(['apply', '--auto-approve', '-C', root], { env: { ...FIRST, ...database } })
  const ran = await tokenidpHere(['secrets', 'rekey'], { env: { ...NEXT, ...database } })
  expect(ran.code).toBe(78)
  expect(ran.stdout).toContain(`Cannot be opened: 1 value under master key ${keyOf(1).id}`)
  const again = await tokenidpHere(['secrets', 'rekey'], { env: { ...BOTH, ...database } })
  expect(again.stdout).toMatch(
    `Nothing is left under master key ${keyOf(1).id}: once no server seals under it`,
  )
  expect(again.code).toBe(0)
})

describe.each(databases)(
  'a change of the master key while somebody applies, on $engine',
  ({ newDatabase }) => {
    const aShop = async () => {
      const root = project(aProject({ 'worker.yaml': byJwt }))
      const env = { TOKENIDP_DATABASE_URL: await newDatabase(root) }
      const run = (words: string, keys: Record<string, string>, answer?: Around['answer']) =>
        tokenidpHere(words.split(' '), {
          cwd: root,
          env: { ...env, ...keys },
          ...(answer === undefined ? {} : { answer }),
        })
      expect(await run('apply --auto-approve', FIRST)).toMatchObject({ code: 0 })
      expect(await run('keys rotate acme', FIRST)).toMatchObject({ code: 0 })
      const store = await openStore(env.TOKENIDP_DATABASE_URL, {
        schema: 'require',
        prepare: false,
        random: testRandom,
      })
      onTestFinished(() => store.close())
      const ids = async () =>
        new Set((await store.sealed.list()).map(({ sealed }) => sealedUnder(sealed)))
      return { root, run, store, ids }
    }

    const withEnd = `${byJwt.trimEnd()}\n        expiresAt: 2096-01-01T00:00:00Z\n`
    const wrong = /sealed under master key [\w-]{12}, and this is [\w-]{12}/
    test.for([
      {
        when: 'another secret, under the old one',
        changed: `${byJwt.trimEnd()}\n      - id: second\n        value: ${SECRET}\n`,
        keys: FIRST,
        ends: [78, expect.stringMatching(wrong)],
      },
      {
        when: 'another end, under the old one',
        changed: withEnd,
        keys: FIRST,
        ends: [78, expect.stringMatching(wrong)],
      },
      {
        when: 'another end, without any',
        changed: withEnd,
        keys: {},
        ends: [0, expect.stringContaining('Applying')],
      },
    ])('$when: nothing is left under it', async ({ changed, keys, ends }) => {
      const { root, run, ids } = await aShop()
      write(root, 'worker.yaml', changed)
      const applied = await run('apply', keys, async () => {
        expect(await run('secrets rekey', BOTH)).toMatchObject({ code: 0 })
        return 'yes'
      })
      expect([applied.code, applied.stderr]).toEqual(ends)
      expect(await ids()).toEqual(new Set([keyOf(2).id]))
      const again = await run('apply --auto-approve', NEXT)
      expect(again, again.stderr).toMatchObject({ code: 0 })
      expect(await ids()).toEqual(new Set([keyOf(2).id]))
    })

    test('secrets rotate under the old one is refused too', async () => {
      const { run, ids } = await aShop()
      await run('secrets rekey', BOTH)
      const rotated = await run('secrets rotate acme worker', FIRST)
      expect([rotated.code, rotated.stdout]).toEqual([78, ''])
      expect(rotated.stderr).toContain(
        `sealed under master key ${keyOf(2).id}, and this is ${keyOf(1).id}`,
      )
      expect(await ids()).toEqual(new Set([keyOf(2).id]))
    })

    test('what is sealed under the old one meanwhile is sealed again before it is over', async () => {
      const { store, ids } = await aShop()
      const late = { ownerUid: 'late', secretId: 'one', fingerprint: '', expiresAt: undefined }
      const verifier = seal(SECRET, keyOf(1), secretPurpose('late', 'one'), testRandom)
      let isLate = true
      const replace: typeof store.sealed.replace = async (value, sealed) => {
        if (isLate)
          await store.config.transaction(5000, (tx) => tx.putSecrets([{ ...late, verifier }]))
        isLate = false
        return store.sealed.replace(value, sealed)
      }
      const key = { ...keyOf(2), older: [keyOf(1)] }
      const database = { ...store, sealed: { ...store.sealed, replace } }
      const left = await resealAll({ key, database, random: testRandom, lockTimeoutMs: 5000 })
      expect(left).toMatchObject({ older: [], unreadable: [] })
      expect(await ids()).toEqual(new Set([keyOf(2).id]))
    })
  },
)
