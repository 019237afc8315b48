import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../src/base/secret.ts'
import type { ResolvedSecret } from '../../src/config/secrets.ts'
import type { Plan, Wanted } from '../../src/deploy/plan.ts'
import { type ConfigurableStore, openStore } from '../../src/store/open.ts'
import { aProject, devProject, document, worker } from '../support/documents.ts'
import { carriedOut, planned, wantedOf } from '../support/reconciling.ts'
import { stores, testRandom } from '../support/stores.ts'

const documents = (tenant = 'Acme') =>
  aProject({
    'acme.yaml': (aProject()['acme.yaml'] ?? '').replace('Acme', tenant),
    'worker.yaml': worker('{ fromEnv: WORKER }'),
    'alice.yaml': '',
  })

/** The same documents, with other values behind them. */
const withSecret = ({ desired, secrets }: Wanted, value: string): Wanted => ({
  desired,
  secrets: new Map(
    [...secrets].map(([address, all]) => [
      address,
      all.map((each): ResolvedSecret => ({ ...each, value: new Secret(value, 'env:WORKER') })),
    ]),
  ),
})

describe.each(stores)('what somebody else applies a moment before the lock on $name', (engine) => {
  let store: ConfigurableStore
  let remove: () => Promise<void>
  beforeAll(async () => {
    const fresh = await engine.ready()
    remove = fresh.remove
    store = await openStore(fresh.url, { schema: 'migrate', random: testRandom })
  })
  afterAll(async () => {
    await store.close()
    await remove()
  })

  const apply = async (wanted: Wanted) => carriedOut(store, await planned(store, wanted), wanted)

  /** Applies once the other one has committed, although it looked before. */
  const beaten = (plan: Plan, wanted: Wanted, first: () => Promise<unknown>) =>
    carriedOut(
      {
        ...store,
        config: {
          ...store.config,
          transaction: async (timeout, work) => {
            await first()
            return store.config.transaction(timeout, work)
          },
        },
      },
      plan,
      wanted,
    )

  test('is not undone where it was nothing but a secret', async () => {
    const base = wantedOf(documents())
    await apply(withSecret(base, 'first'))
    const mine = withSecret(wantedOf(documents('Acme Ltd')), 'first')
    const plan = await planned(store, mine)
    const ran = beaten(plan, mine, () => apply(withSecret(base, 'second')))
    await expect(ran).rejects.toMatchObject({
      reason: 'stale',
      message: expect.stringContaining('Application/acme/worker would change too'),
    })
    expect((await planned(store, withSecret(base, 'second'))).changes).toEqual([])
  })

  test('does not matter where it is of somebody else', async () => {
    const wanted = wantedOf(documents('Acme and Sons'))
    const foreign = document('Tenant', { name: 'foreign' }, 'displayName: Foreign')
    const other = wantedOf(devProject(foreign))
    const { revision } = await store.config.live()
    const plan = await planned(store, wanted)
    expect(await beaten(plan, wanted, () => apply(other))).toBe(revision + 2)
  })
})
