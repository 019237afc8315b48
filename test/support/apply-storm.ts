import { expect } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import { filesOf, type ProjectPlan } from './projects.ts'
import { carriedOut, planned, wantedOf } from './reconciling.ts'
import { testRandom as random } from './stores.ts'

const AT_ONCE = 10
const PROCESSES = 5

/** Ten applies at once on one base, round after round: one commits, nine are told that theirs is stale. */
export async function stormOf(url: string, rounds: number): Promise<void> {
  const first = await openStore(url, { schema: 'migrate', random })
  const others = await Promise.all(
    Array.from({ length: PROCESSES - 1 }, () => openStore(url, { schema: 'require', random })),
  )
  const all = [first, ...others]
  try {
    const start = wantedOf(filesOf(projectNamed('at first')))
    await carriedOut(first, await planned(first, start), start)
    for (let round = 0; round < rounds; round += 1) {
      const plans = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, index) => {
          const wanted = wantedOf(filesOf(projectNamed(`round ${round}, ${index}`)))
          const from = all[index % all.length] ?? first
          return { from, wanted, plan: await planned(from, wanted) }
        }),
      )
      const outcomes = await Promise.allSettled(
        plans.map(({ from, plan, wanted }) => carriedOut(from, plan, wanted)),
      )
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refused).toHaveLength(AT_ONCE - 1)
      for (const { reason } of refused) expect(reason).toMatchObject({ reason: 'stale' })
      expect((await first.config.live()).revision).toBe(round + 2)
    }
  } finally {
    await Promise.all(all.map((each) => each.close()))
  }
}

const projectNamed = (display: string): ProjectPlan => [
  { name: 'acme', display, scopes: [], roles: [], lockout: 5, apps: [] },
]
