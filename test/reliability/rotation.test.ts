import { setTimeout as moment } from 'node:timers/promises'
import { createRemoteJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemRandom } from '../../src/base/system.ts'
import { compile } from '../../src/deploy/snapshot.ts'
import { revokeKey } from '../../src/oauth/keys/revoke.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { masterKey } from '../support/builders.ts'
import { aParty, post } from '../support/client.ts'
import { devProject, worker } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { applied, type Serving, serving } from '../support/serving.ts'
import { type FreshDatabase, stores } from '../support/stores.ts'

const full = process.env.FULL === '1'
/** jose asks for unknown keys once in 30 seconds, so in the long form a key is published for longer. */
const FORM = full
  ? { rotateEvery: 10, publishAhead: 40, seconds: 1800, servers: 3, rotations: 150 }
  : { rotateEvery: 2, publishAhead: 6, seconds: 10, servers: 2, rotations: 2 }
const timeout = full ? 2_400_000 : 60_000

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
        createRemoteJWKSet(new URL(`${server.issuer('acme')}/jwks.json`)),
        obedient(() => jwksAt(server)),
      ])
      const kids = new Set<string | undefined>()
      const refused: string[] = []
      for (const end = Date.now() + FORM.seconds * 1000; Date.now() < end; ) {
        const tokens = await Promise.all(servers.map(buy))
        for (const token of tokens) {
          kids.add(decodeProtectedHeader(token).kid)
          for (const verifier of verifiers)
            await jwtVerify(token, verifier).catch((error) => refused.push(String(error)))
        }
        await moment(20)
      }
      expect(refused).toEqual([])
      expect(kids.size).toBeGreaterThan(FORM.rotations)
    })

    test('a compromised key is gone within two seconds, and what it signed within one', async () => {
      const [here] = servers
      if (here === undefined) throw new Error('there is no server')
      const token = await buy(here)
      const { kid = '' } = decodeProtectedHeader(token)
      const tenant = compile(await store.config.live()).byName.get('acme')
      if (tenant === undefined) throw new Error('there is no tenant')
      const revoked = await revokeKey(
        store.tenant(tenant.uid).keys,
        {
          tenant,
          masterKey: masterKey(7),
          random: systemRandom,
          now: Math.floor(Date.now() / 1000),
          actor: 'ann',
          reason: 'a laptop was stolen',
        },
        { kid, replaceStandby: false },
      )
      expect(revoked).toMatchObject({ outcome: 'compromised' })
      const at = Date.now()
      const isActive = async (server: Serving) =>
        (await post(workerAt(server), '/introspect', { token })).body.active
      await Promise.all(
        servers.map((server) => expect.poll(() => isActive(server), { interval: 20 }).toBe(false)),
      )
      expect(Date.now() - at).toBeLessThan(1000)
      const published = async (server: Serving) => (await jwksAt(server)).text()
      await Promise.all(
        servers.map((server) =>
          expect.poll(() => published(server), { interval: 20 }).not.toContain(kid),
        ),
      )
      expect(Date.now() - at).toBeLessThan(2000)
    })
  },
)

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
