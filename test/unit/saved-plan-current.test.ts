import { describe, expect, test } from 'vitest'
import type { DesiredObject } from '../../src/config/desired-state.ts'
import { specHash } from '../../src/deploy/plan/digests.ts'
import { makePlan } from '../../src/deploy/plan.ts'
import { checkCurrent } from '../../src/deploy/saved/current.ts'
import { type SavedPlan, savedPlan } from '../../src/deploy/saved/saved-plan.ts'
import type { ConfigObject, LiveState } from '../../src/store/config-port.ts'
import { aDesired, applied, PEPPER, wanted } from '../support/plans.ts'
import { testRandom } from '../support/stores.ts'

const WEB = 'Application/acme/web'
const spec = (scope: string) => ({ clientId: 'web', scopes: [scope] })
const cli = (scope: string): DesiredObject =>
  aDesired({ name: 'cli', spec: { clientId: 'cli', scopes: [scope] } })
const web = (scope: string): DesiredObject => aDesired({ spec: spec(scope) })

const adopt = [{ ref: WEB, uid: undefined, at: { file: 'a.yaml', line: 1 } }]
const refactor = { moved: [], removed: [], adopt }
const meant = wanted([web('b'), cli('b')], 'value', { refactor })

/** The application as somebody else made it, and the other one as before. */
const live = (change: Partial<ConfigObject>): LiveState => {
  const state = applied(wanted([web('a'), cli('a')]))
  return {
    ...state,
    objects: state.objects.map((each) => (each.name === 'web' ? { ...each, ...change } : each)),
  }
}

const savedFrom = (state: LiveState): SavedPlan =>
  savedPlan({
    plan: makePlan(meant, state, PEPPER),
    desired: meant.desired,
    tool: { name: 'tokenidp', version: '0' },
    clusterId: 'cluster',
    git: { commit: null, ref: null, isDirty: false, repoUrl: null },
    actor: 'ada',
    ciUrl: null,
    options: {},
    random: testRandom,
    nowMs: 0,
    lifetime: 60,
  })

const there = (saved: SavedPlan, now: LiveState): readonly string[] =>
  checkCurrent(saved, { plan: makePlan(meant, now, PEPPER), live: now, wanted: meant }).map(
    ({ address }) => address,
  )

const b = { spec: spec('b'), specHash: specHash(spec('b')) }
const made = { ...b, appliedHash: b.specHash }

describe('what of a saved plan is already there', () => {
  test.for([
    { what: 'what was applied', before: {}, now: made },
    { what: 'what was made behind the documents’ back', before: {}, now: b },
    { what: 'what was taken over', before: { owner: '' }, now: made },
  ])('is $what', ({ before, now }) => {
    expect(there(savedFrom(live(before)), live(now))).toEqual([WEB])
  })

  test.for([
    { what: 'what nobody touched', before: {}, now: {} },
    { what: 'what still belongs to somebody else', before: { owner: 'git:other' }, now: {} },
  ])('is not $what', ({ before }) => {
    expect(there(savedFrom(live(before)), live(before))).toEqual([])
  })

  test.for([
    { what: 'made in another way', now: { ...made, isProtected: true } },
    { what: 'made, with another mode', now: { ...made, reconcile: 'observe' as const } },
    { what: 'made and given away', now: { ...made, owner: 'git:other' } },
  ])('is nothing that was $what', ({ now }) => {
    const saved = savedFrom(live({}))
    expect(() => there(saved, live(now))).toThrow(/saved plan is stale/)
  })

  test('is nothing in a plan that does not say what there was', () => {
    const { base, ...saved } = savedFrom(live({}))
    expect(base).toHaveLength(2)
    expect(() => there(saved, live(made))).toThrow(/saved plan is stale/)
  })
})
