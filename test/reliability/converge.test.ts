import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { documentsOf } from '../../src/deploy/export/files.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { stormOf } from '../support/apply-storm.ts'
import { aRandomProject, filesOf, type ProjectPlan } from '../support/projects.ts'
import { ALL, carriedOut, planned, wantedOf } from '../support/reconciling.ts'
import { type FreshDatabase, testRandom as random, stores } from '../support/stores.ts'

const full = process.env.FULL === '1'
const timeout = full ? 1_200_000 : 60_000
/** Of each database. */
const RUNS = full ? 1000 : 30
const MOST_TOMBSTONES = 300

describe.each(stores)('plan, apply, plan on $name', { timeout }, ({ fresh }) => {
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

  /** What is protected is unprotected first, as a person would have to do it. */
  async function reach(plan: ProjectPlan): Promise<number> {
    const wanted = wantedOf(filesOf(plan))
    const first = await planned(store, wanted)
    if (first.changes.length === 0) return first.baseRevision
    return carriedOut(store, first, wanted)
  }

  /** From time to time: what is deleted comes back, and is not dragged along for ever. */
  async function forgetDeleted(): Promise<void> {
    const { tombstones } = await store.config.live()
    if (tombstones.length < MOST_TOMBSTONES) return
    await store.config.transaction(1000, (tx) =>
      tx.forget(tombstones.map(({ object }) => object.uid)),
    )
  }

  test('the second plan is empty, and that of an export, whatever was there before', async () => {
    const bare = (plan: ProjectPlan): ProjectPlan =>
      plan.map((tenant) => ({
        ...tenant,
        apps: tenant.apps.map((app) => ({ ...app, protect: false })),
      }))
    await fc.assert(
      fc.asyncProperty(aRandomProject, async (project) => {
        await forgetDeleted()
        await reach(bare(project))
        const again = await planned(store, wantedOf(filesOf(bare(project))))
        expect(again.changes).toEqual([])
        const protectedToo = wantedOf(filesOf(project))
        const plan = await planned(store, protectedToo)
        if (plan.changes.length > 0) await carriedOut(store, plan, protectedToo)
        expect((await planned(store, protectedToo)).changes).toEqual([])
        const exported = documentsOf(await store.config.live(), plan.owner)
        expect((await planned(store, wantedOf({ 'tokenidp.yaml': exported }))).changes).toEqual([])
        await reach(bare(project))
      }),
      { numRuns: RUNS, seed: 4 },
    )
  })

  test('of ten applies at once on one base one commits, and the others are told that it is stale', async () => {
    await stormOf(database.url, full ? 100 : 10)
  })

  test('what is empty, lost or misspelt deletes nothing without being told to', async () => {
    const tenantNamed = (name: string) =>
      ({
        name,
        display: name,
        scopes: ['a:read'],
        roles: ['reader'],
        lockout: 5,
        apps: [],
      }) as const
    const project = ['one', 'two', 'three', 'four'].map(tenantNamed)
    await reach(project)
    const losses = [
      { lost: 'a file', left: project.slice(1) },
      { lost: 'a folder', left: [] },
    ]
    for (const { left } of losses) {
      const wanted = wantedOf(filesOf(left))
      const waiting = await planned(store, wanted, {})
      expect(waiting.changes.every(({ pending }) => pending === 'prune')).toBe(true)
      const pruned = await planned(store, wanted, { prune: true })
      await expect(carriedOut(store, pruned, wanted, { prune: true })).rejects.toMatchObject({
        reason: 'guard',
      })
      expect((await store.config.live()).objects).toHaveLength(2 + 3 * project.length)
    }
    const meant = wantedOf(filesOf(project.slice(1)))
    await carriedOut(store, await planned(store, meant), meant, ALL)
    expect((await store.config.live()).objects).toHaveLength(2 + 3 * (project.length - 1))
  })
})
