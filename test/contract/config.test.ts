import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digest } from '../../src/base/digest.ts'
import type { ConfigObject, ConfigTransaction, DeclaredUser } from '../../src/store/config-port.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { NOW } from '../support/rows.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

const anObject = (change: Partial<ConfigObject> = {}): ConfigObject => ({
  uid: '01A',
  kind: 'Application',
  tenant: 'acme',
  name: 'web',
  owner: 'git:shop',
  spec: { type: 'web' },
  specHash: digest('{"type":"web"}'),
  appliedHash: digest('{"type":"web"}'),
  isProtected: false,
  reconcile: 'full',
  originFile: 'acme.yaml',
  originLine: 3,
  revision: 1,
  ...change,
})

const aDeclaredUser = (change: Partial<DeclaredUser> = {}): DeclaredUser => ({
  tenantUid: 'acme',
  uid: '01U',
  sub: 'sub-1',
  username: 'alice',
  email: 'alice@acme.example',
  emailVerified: true,
  claims: {},
  roles: ['admin'],
  groups: ['Staff'],
  passwordHash: 'hash-1',
  cibaUserCodeHash: 'code-1',
  ...change,
})

const aRevision = {
  owner: 'git:shop',
  kind: 'apply',
  desiredDigest: 'digest',
  liveDigest: 'live digest',
  minReader: '1',
  planFingerprint: undefined,
  repoUrl: 'https://git.example/shop',
  ciUrl: undefined,
  source: undefined,
  toolVersion: '1',
  gitCommit: undefined,
  gitRef: 'main',
  gitDirty: true,
  actor: 'ann',
  reason: undefined,
  summary: { create: ['Application/acme/web'] },
  createdAt: NOW,
} as const

const aSecret = {
  ownerUid: '01A',
  secretId: 'main',
  verifier: 'verifier',
  fingerprint: 'fingerprint',
  expiresAt: undefined,
}

describe.each(stores)('the configuration on $name', ({ fresh }) => {
  let database: FreshDatabase
  let store: ConfigurableStore

  beforeEach(async () => {
    database = await fresh()
    store = await openStore(database.url, { schema: 'migrate', random })
  })
  afterEach(async () => {
    await store.close()
    await database.remove()
  })

  const apply = <T>(work: (tx: ConfigTransaction) => Promise<T>): Promise<T> =>
    store.config.transaction(2000, work)

  test('what was applied is live, with its revision', async () => {
    const environment = { name: 'dev', kind: 'dev' } as const
    const id = await apply(async (tx) => {
      await tx.upsert([anObject()])
      await tx.putSecrets([aSecret])
      await tx.stampEnvironment(environment)
      return tx.commitRevision(aRevision)
    })
    expect(id).toBe(1)
    expect(await store.config.live()).toEqual({
      meta: await store.config.meta(),
      minReader: '1',
      revision: 1,
      environment,
      objects: [anObject()],
      tombstones: [],
      secrets: [aSecret],
      overrides: [],
    })
    const { source, ...kept } = aRevision
    expect(await store.config.revisions(5)).toEqual([{ ...kept, id: 1, parent: undefined }])
    expect(await store.config.source(1)).toBe(source)
    expect(await store.system.head()).toEqual({ revision: 1, generation: 0 })
  })

  test('what throws changes nothing', async () => {
    const failing = apply(async (tx) => {
      await tx.upsert([anObject()])
      await tx.commitRevision(aRevision)
      throw new Error('refused')
    })
    await expect(failing).rejects.toThrow('refused')
    expect(await store.config.live()).toMatchObject({ revision: 0, objects: [] })
  })

  test('what is buried keeps its uid and comes back with its secrets', async () => {
    await apply(async (tx) => {
      await tx.upsert([anObject()])
      await tx.putSecrets([aSecret])
      await tx.bury(['01A'], { now: NOW, revision: 2 })
      const object = anObject({ revision: 2 })
      expect(await tx.live()).toMatchObject({
        objects: [],
        tombstones: [{ object, deletedAt: NOW }],
        secrets: [aSecret],
      })
      await tx.upsert([anObject({ isProtected: true })])
    })
    expect(await store.config.live()).toMatchObject({
      objects: [{ uid: '01A', isProtected: true }],
      secrets: [aSecret],
    })
    await apply((tx) => tx.dropSecrets([aSecret]))
    expect((await store.config.live()).secrets).toEqual([])
  })

  test('what was deleted in a tenant moves with it', async () => {
    const tenant = anObject({ uid: '01T', kind: 'Tenant', tenant: '', name: 'acme' })
    await apply(async (tx) => {
      await tx.upsert([tenant, anObject()])
      await tx.bury(['01A'], { now: NOW, revision: 1 })
      await tx.move([{ ...tenant, name: 'corp' }])
    })
    expect(await store.config.live()).toMatchObject({
      objects: [{ uid: '01T', name: 'corp' }],
      tombstones: [{ object: { uid: '01A', tenant: 'corp', name: 'web' } }],
    })
  })

  test('ten applies at once are ten revisions', async () => {
    const other = await openStore(database.url, { schema: 'require', random })
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? store : other).config.transaction(5000, (tx) =>
          tx.commitRevision(aRevision),
        ),
      ),
    )
    await other.close()
    expect(ids.sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('one that cannot have the lock in time is told busy', async () => {
    await apply(async () => {
      const second = apply0()
      await expect(second).rejects.toMatchObject({ name: 'StoreError', reason: 'busy' })
    })
  })
  const apply0 = () => store.config.transaction(0, async () => undefined)

  test('a declared user keeps sub, password and user code, and may swap names', async () => {
    const bob = aDeclaredUser({ uid: '01V', sub: 'sub-2', username: 'bob', email: undefined })
    await apply((tx) => tx.putUsers([aDeclaredUser(), bob], NOW))
    await apply((tx) =>
      tx.putUsers(
        [
          aDeclaredUser({
            sub: 'sub-9',
            username: 'bob',
            passwordHash: undefined,
            cibaUserCodeHash: undefined,
            groups: ['Crew'],
          }),
          { ...bob, username: 'alice' },
        ],
        NOW + 1,
      ),
    )
    expect(await store.tenant('acme').users.findByLogin('bob')).toMatchObject({
      uid: '01U',
      sub: 'sub-1',
      passwordHash: 'hash-1',
      cibaUserCodeHash: 'code-1',
      groups: ['Crew'],
      updatedAt: NOW + 1,
    })
  })

  test('a buried user is disabled and gives the name free; a declared one comes back', async () => {
    const { users } = store.tenant('acme')
    await apply((tx) => tx.putUsers([aDeclaredUser()], NOW))
    await apply((tx) => tx.bury(['01U'], { now: NOW, revision: 1 }))
    expect(await users.findByLogin('alice')).toBeUndefined()
    expect(await users.find('01U')).toMatchObject({ disabledAt: NOW })
    expect(await users.enable('01U', NOW)).toBe(false)
    await apply((tx) => tx.putUsers([aDeclaredUser()], NOW))
    expect(await users.findByLogin('alice')).toMatchObject({ uid: '01U', disabledAt: undefined })
  })

  test('whom an operator disabled stays so through an apply', async () => {
    const { users } = store.tenant('acme')
    await apply((tx) => tx.putUsers([aDeclaredUser()], NOW))
    await users.disable('01U', NOW)
    await apply((tx) => tx.putUsers([aDeclaredUser({ passwordHash: 'hash-2' })], NOW))
    expect(await users.find('01U')).toMatchObject({ disabledAt: NOW, passwordHash: 'hash-2' })
  })

  test('whom an operator disabled stays so when the document goes and comes back', async () => {
    const { users } = store.tenant('acme')
    await apply((tx) => tx.putUsers([aDeclaredUser()], NOW))
    await users.disable('01U', NOW)
    await apply((tx) => tx.bury(['01U'], { now: NOW + 1, revision: 1 }))
    await apply((tx) => tx.putUsers([aDeclaredUser()], NOW + 2))
    expect(await users.findByLogin('alice')).toMatchObject({ uid: '01U', disabledAt: NOW })
  })

  test('a name that somebody else has is answered, and a password that is gone is gone', async () => {
    const { users } = store.tenant('acme')
    await apply((tx) => tx.putUsers([aDeclaredUser()], NOW))
    const twin = aDeclaredUser({ uid: '01V', sub: 'sub-2', email: 'other@acme.example' })
    expect(await apply((tx) => tx.putUsers([twin], NOW))).toMatchObject({ uid: '01V' })
    await apply((tx) => tx.putUsers([aDeclaredUser({ passwordHash: null })], NOW))
    expect(await users.find('01U')).toMatchObject({ passwordHash: undefined })
  })

  test('servers report and leave', async () => {
    const server = {
      id: 's1',
      host: 'h',
      version: '1',
      activeRevision: 0,
      targetRevision: 0,
      state: 'serving',
      error: undefined,
      lastSeen: NOW,
    } as const
    const failed = { targetRevision: 1, state: 'failed', error: 'why' } as const
    await store.system.heartbeat(server)
    await store.system.heartbeat({ ...server, ...failed, lastSeen: NOW + 5 })
    expect(await store.system.instances()).toEqual([{ ...server, ...failed, lastSeen: NOW + 5 }])
    await store.system.removeInstance('s1')
    expect(await store.system.instances()).toEqual([])
  })

  test('servers that were not seen for long are forgotten', async () => {
    const server = {
      host: 'h',
      version: '1',
      activeRevision: 0,
      targetRevision: 0,
      state: 'serving',
      error: undefined,
    } as const
    await store.system.heartbeat({ ...server, id: 's1', lastSeen: NOW - 1 })
    await store.system.heartbeat({ ...server, id: 's2', lastSeen: NOW })
    await store.system.forgetInstances(NOW)
    expect(await store.system.instances()).toMatchObject([{ id: 's2' }])
    await store.system.removeInstance('s2')
  })
})
