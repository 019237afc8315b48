import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAccount } from '../../src/accounts/index.ts'
import type { Log } from '../../src/base/log.ts'
import { openPasswords } from '../../src/base/password.ts'
import { systemClock } from '../../src/base/system.ts'
import { createApp, type ServedState } from '../../src/http/app.ts'
import type { Application } from '../../src/model/application.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Tenant } from '../../src/model/tenant.ts'
import { ensureKeys } from '../../src/oauth/keys/ensure.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { openStore } from '../../src/store/open.ts'
import { anApplication, aPublicApplication, aTenant, masterKey } from './builders.ts'
import { stores, testRandom } from './stores.ts'

export const PASSWORD = 'wonderland'

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

const applicationsAt = (home: string): readonly Application[] => {
  const redirectUris = [`${home}/callback`]
  return [
    anApplication({ redirectUris, postLogoutRedirectUris: [`${home}/bye`] }),
    anApplication({ clientId: 'own', displayName: 'Own', redirectUris, consent: 'skip' }),
    aPublicApplication(),
  ]
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** A whole server over SQLite with tenants `acme` and `other`, and alice and bob in `acme`. */
export async function openDoor(log: Log = silent) {
  const [engine] = stores
  if (engine === undefined) throw new Error('no engine')
  const database = await engine.fresh()
  const store = await openStore(database.url, { schema: 'migrate', random: testRandom })
  const passwords = openPasswords()
  const application = createServer((_, response) => response.end('application'))
  const home = await listening(application)
  let state: ServedState = { snapshot: snapshotOf(home, home), ringFor: noRing }
  const server = createApp({
    state: () => state,
    store,
    passwords,
    clock: systemClock,
    random: testRandom,
    log,
  })
  const origin = await listening(server)
  const snapshot = snapshotOf(origin, home)
  const rings = new Map(
    await Promise.all(
      snapshot.tenants.map(async (tenant) => {
        const keys = store.tenant(tenant.uid).keys
        const nowMs = systemClock.milliseconds()
        const now = Math.floor(nowMs / 1000)
        await ensureKeys(keys, { tenant, masterKey: masterKey(), random: testRandom, now })
        return [tenant.uid, keyRing(await keys.list(), tenant.uid, masterKey())] as const
      }),
    ),
  )
  state = { snapshot, ringFor: (uid) => rings.get(uid) ?? noRing() }
  const acme = snapshot.byName.get('acme')
  if (acme === undefined) throw new Error('no tenant')
  const accounts = {
    store: store.tenant(acme.uid),
    passwords,
    policy: acme.signIn,
    random: testRandom,
    nowMs: systemClock.milliseconds(),
  }
  for (const username of ['alice', 'bob'])
    await createAccount(
      { username, email: `${username}@acme.example`, password: PASSWORD },
      accounts,
    )
  const close = async (): Promise<void> => {
    await Promise.all([stopped(server), stopped(application)])
    await Promise.all([passwords.close(), store.close()])
    await database.remove()
  }
  return { origin, home, issuer: acme.issuer, accounts, close }
}

const noRing = (): never => {
  throw new Error('no keys')
}

function snapshotOf(publicUrl: string, home: string): Snapshot {
  const branding = { color: '#0b6e4f' }
  const acme = aTenant({ issuer: `${publicUrl}/acme`, branding }, applicationsAt(home))
  const other = aTenant({
    uid: 'uid-other',
    name: 'other',
    path: '/other',
    issuer: `${publicUrl}/other`,
  })
  const hosted: Tenant = aTenant({
    uid: 'uid-hosted',
    name: 'hosted',
    path: '',
    hosts: ['login.hosted.example', 'old.hosted.example'],
    issuer: 'https://login.hosted.example',
  })
  const tenants = [acme, other, hosted]
  return {
    revision: 1,
    environment: { name: 'test', kind: 'dev' },
    publicUrl,
    tenants,
    byName: new Map(tenants.map((tenant) => [tenant.name, tenant])),
    byHost: new Map(hosted.hosts.map((host) => [host, hosted])),
    root: undefined,
  }
}
