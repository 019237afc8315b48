import { setTimeout as moment } from 'node:timers/promises'
import { createRemoteJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRandom } from '../../src/base/system.ts'
import { compile } from '../../src/deploy/snapshot.ts'
import { revokeKey } from '../../src/oauth/keys/revoke.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { aParty, post } from '../support/client.ts'
import { devProject, worker } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { servedMasterKey } from '../support/keyed.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'

const full = process.env.FULL === '1'
const told = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
/**
 * jose asks for unknown keys once in 30 seconds, so in the long form a key is published for longer; in the
 * short one it asks more often. The rates are what is tried; what the machine made of them is told.
 */
const FORM = full
  ? {
      rotateEvery: 10,
      publishAhead: 40,
      servers: 3,
      seconds: told('R11_SECONDS', 1800),
      issues: told('R11_ISSUES', 500),
      verifications: told('R11_VERIFICATIONS', 2000),
      emergencies: 5,
    }
  : {
      rotateEvery: 2,
      publishAhead: 6,
      servers: 3,
      seconds: 25,
      issues: 50,
      verifications: 200,
      emergencies: 1,
    }
const JOSE = full ? {} : { cooldownDuration: 2000 }
/** Some are late: each server looks once in a tenth of the time. */
const ROTATIONS = Math.floor((FORM.seconds / FORM.rotateEvery) * 0.8) - 1
const timeout = full ? (FORM.seconds + 600) * 1000 : 120_000

const TENANT = `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
spec: { keyPolicy: quick }
---
apiVersion: tokenidp.dev/v1
kind: KeyPolicy
metadata: { tenant: acme, name: quick }
spec:
  rotateEvery: ${FORM.rotateEvery}s
  publishAhead: ${FORM.publishAhead}s
  keepAfter: ${FORM.publishAhead}s
---
apiVersion: tokenidp.dev/v1
kind: Resource
metadata: { tenant: acme, name: orders-api }
spec:
  identifier: https://api.acme.example
  scopes:
    - name: orders:read
  tokens: { format: jwt }
  introspectors: [worker]
`

describe.each(stores.filter(({ name }) => name === 'postgres'))(
  'keys that rotate under load on $name',
  { timeout },
  (engine) => {
    const ends: (() => unknown)[] = []
    let servers: readonly Serving[]
    let database: FreshDatabase
    let store: ConfigurableStore

    beforeAll(async () => {
      database = await engine.fresh()
      ends.push(database.remove)
      const project = aFolder(devProject(TENANT, worker()))
      ends.push(project.remove)
      await applied(project.path, database.url)
      servers = await Promise.all(
        Array.from({ length: FORM.servers }, () => serving({ databaseUrl: database.url })),
      )
      for (const server of servers) ends.push(() => server.stop())
      store = await openStore(database.url, { schema: 'require', random: systemRandom })
      ends.push(() => store.close())
    })
    afterAll(async () => {
      for (const end of ends.splice(0).reverse()) await end()
    })

    const workerAt = (server: Serving) =>
      aParty(server.issuer('acme'), { clientId: 'worker', secret: 'worker-secret' })
    const buy = async (server: Serving): Promise<string> => {
      const grant = { grant_type: 'client_credentials', scope: 'orders:read' }
      return String((await post(workerAt(server), '/token', grant)).body.access_token)
    }
    const jwksAt = (server: Serving) => fetch(`${server.issuer('acme')}/jwks.json`)

    test('no verifier refuses a token, whatever it keeps of the JWKS', async () => {
      const verifiers = servers.flatMap((server) => [
        createRemoteJWKSet(new URL(`${server.issuer('acme')}/jwks.json`), JOSE),
        obedient(() => jwksAt(server)),
      ])
      const kids = new Set<string | undefined>()
      const tokens: string[] = []
      const refused: string[] = []
      const issue = async (turn: number) => {
        const token = await buy(turnOf(servers, turn))
        kids.add(decodeProtectedHeader(token).kid)
        tokens.push(token)
        // Of the old ones a sample stays, so that keys that sign no more are asked for too.
        if (tokens.length > MOST_KEPT) tokens.splice((turn * 7919) % (MOST_KEPT - 100), 1)
      }
      const verify = async (turn: number) => {
        const isNew = Math.floor(turn / verifiers.length) % 2 === 0
        const token = isNew ? tokens.at(-1) : tokens[(turn * 7919) % tokens.length]
        if (token === undefined) return
        await jwtVerify(token, turnOf(verifiers, turn)).catch((error) => {
          refused.push(`${decodeProtectedHeader(token).kid}: ${error}`)
        })
      }
      const [issued, verified] = await Promise.all([
        paced(FORM.issues, issue),
        paced(FORM.verifications, verify),
      ])
      const rate = (count: number) => `${Math.round(count / FORM.seconds)}/s`
      const outcome = `${rate(issued)} issued, ${rate(verified)} verified, ${kids.size} keys, ${refused.length} refused`
      if (full) console.info(outcome)
      expect(refused.slice(0, 10), outcome).toEqual([])
      expect(kids.size).toBeGreaterThanOrEqual(Math.max(2, ROTATIONS))
      expect(Math.min(issued, verified)).toBeGreaterThan(FORM.seconds)
    })

    test.for(Array.from({ length: FORM.emergencies }, (_, turn) => turn))(
      'emergency %i: the key is gone within two seconds, and what it signed within one',
      async (turn) => {
        // Each is an issuer of its own, and takes only what it issued.
        const bought = await Promise.all(
          servers.map(async (server) => ({ server, token: await buy(server) })),
        )
        const kidOf = ({ token }: { readonly token: string }) => decodeProtectedHeader(token).kid
        const kid = kidOf(turnOf(bought, turn)) ?? ''
        const signed = bought.filter((each) => kidOf(each) === kid)
        const isActive = async ({ server, token }: (typeof bought)[number]) =>
          (await post(workerAt(server), '/introspect', { token })).body.active
        // Each has found the signature good, and may remember it.
        expect(await Promise.all(signed.map(isActive))).toEqual(signed.map(() => true))
        const tenant = compile(await store.config.live()).byName.get('acme')
        if (tenant === undefined) throw new Error('there is no tenant')
        const revoked = await revokeKey(
          store.tenant(tenant.uid).keys,
          {
            tenant,
            masterKey: servedMasterKey(),
            random: systemRandom,
            now: Math.floor(Date.now() / 1000),
            actor: 'ann',
            reason: 'a laptop was stolen',
          },
          { kid, replaceStandby: false },
        )
        expect(revoked).toMatchObject({ outcome: 'compromised' })
        const at = Date.now()
        await Promise.all(
          signed.map((each) => expect.poll(() => isActive(each), { interval: 20 }).toBe(false)),
        )
        expect(Date.now() - at).toBeLessThan(1000)
        const published = async (server: Serving) => (await jwksAt(server)).text()
        await Promise.all(
          servers.map((server) =>
            expect.poll(() => published(server), { interval: 20 }).not.toContain(kid),
          ),
        )
        expect(Date.now() - at).toBeLessThan(2000)
      },
    )
  },
)

const MOST_KEPT = 5000
const MOST_AT_ONCE = 64

function turnOf<T>(list: readonly T[], turn: number): T {
  const one = list[turn % list.length]
  if (one === undefined) throw new Error('there is none')
  return one
}

/** As often in a second, and no more at once than a busy machine can take. Answers how often it was. */
async function paced(perSecond: number, work: (turn: number) => Promise<void>): Promise<number> {
  const begin = Date.now()
  const running = new Set<Promise<void>>()
  let started = 0
  let fault: unknown
  for (let elapsed = 0; elapsed < FORM.seconds * 1000; elapsed = Date.now() - begin) {
    const due = Math.min((elapsed / 1000) * perSecond - started, MOST_AT_ONCE - running.size)
    for (let left = due; left >= 1; left -= 1) {
      const one = work(started).catch((error) => {
        fault ??= error
      })
      running.add(one)
      void one.then(() => running.delete(one))
      started += 1
    }
    if (fault !== undefined) throw fault
    await moment(5)
  }
  await Promise.all(running)
  return started
}

/** Looks again when `Cache-Control` says so, and never before. */
function obedient(load: () => Promise<Response>) {
  let known: JSONWebKeySet = { keys: [] }
  let until = 0
  return async ({ kid }: { readonly kid?: string }) => {
    if (Date.now() >= until) {
      const answer = await load()
      const [, maxAge = '0'] = /max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '') ?? []
      until = Date.now() + Number(maxAge) * 1000
      known = (await answer.json()) as JSONWebKeySet
    }
    const key = known.keys.find((each) => each.kid === kid)
    if (key === undefined) throw new Error(`nobody published ${kid}`)
    return key
  }
}
