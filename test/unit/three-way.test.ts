import { describe, expect, test } from 'vitest'
import { GUARDS } from '../../src/config/defaults.ts'
import type { DesiredObject } from '../../src/config/desired-state.ts'
import { checkBase } from '../../src/deploy/apply/checks.ts'
import { specHash } from '../../src/deploy/plan/digests.ts'
import { makePlan, type PlanOptions } from '../../src/deploy/plan.ts'
import { packSource, unpackSource } from '../../src/deploy/source.ts'
import type { ConfigObject, LiveState } from '../../src/store/config-port.ts'
import { aDesired, applied, aSecret, PEPPER, wanted } from '../support/plans.ts'

const spec = (scopes: string) => ({ clientId: 'web', scopes: [scopes] })
const desired = (scopes: string, change: Partial<DesiredObject> = {}) =>
  aDesired({ spec: spec(scopes), ...change })

/** Live with one content, while another was applied last. */
const live = (now: string, last: string, change: Partial<ConfigObject> = {}): LiveState => {
  const state = applied(wanted([desired(last)]))
  return {
    ...state,
    objects: state.objects.map((object) => ({
      ...object,
      spec: spec(now),
      specHash: specHash(spec(now)),
      ...(now === last ? {} : { applied: spec(last) }),
      ...change,
    })),
  }
}

const planned = (objects: DesiredObject[], state: LiveState, options: PlanOptions = {}) =>
  makePlan(wanted(objects), state, PEPPER, options)

/** Rows of gitops.md: desired, last applied, live. */
describe('three ways', () => {
  test.for([
    { when: 'nothing changed', d: 'a', l: 'a', a: 'a', found: [] },
    {
      when: 'the documents changed',
      d: 'b',
      l: 'a',
      a: 'a',
      found: [{ action: 'update', fields: [{ path: 'scopes', class: 'changed' }] }],
    },
    {
      when: 'only the live object changed',
      d: 'a',
      l: 'a',
      a: 'b',
      found: [{ action: 'update', fields: [{ path: 'scopes', class: 'drift', before: ['b'] }] }],
    },
    {
      when: 'both changed',
      d: 'c',
      l: 'a',
      a: 'b',
      found: [{ action: 'update', blocked: 'conflict', fields: [{ class: 'conflict' }] }],
    },
    { when: 'both changed to the same', d: 'b', l: 'a', a: 'b', found: [{ action: 'record' }] },
  ])('$when', ({ d, l, a, found }) => {
    expect(planned([desired(d)], live(a, l)).changes).toMatchObject(found)
  })

  test.for([
    { options: { onDrift: 'keep' }, found: [] },
    { options: { onDrift: 'fail' }, found: [{ blocked: 'drift' }] },
    { options: { onDrift: 'revert' }, found: [{ action: 'update' }] },
  ] as const)('drift with $options', ({ options, found }) => {
    const plan = planned([desired('a')], live('b', 'a'), options)
    expect(plan.changes).toMatchObject(found)
    expect(plan.kept).toEqual(options.onDrift === 'keep' ? ['Application/acme/web'] : [])
  })

  test('a conflict ends where the documents are put in force', () => {
    const [change] = planned([desired('c')], live('b', 'a'), { onDrift: 'revert' }).changes
    expect(change?.blocked).toBeUndefined()
  })

  test.for([
    { when: 'nobody says so', options: {}, found: { pending: 'prune' } },
    { when: 'pruning', options: { prune: true }, found: { action: 'delete' } },
  ])('what left the documents waits or goes when $when', ({ options, found }) => {
    expect(planned([], live('a', 'a'), options).changes).toMatchObject([found])
  })

  test('what drifted is not deleted by the way', () => {
    const [change] = planned([], live('b', 'a'), { prune: true }).changes
    expect(change).toMatchObject({ action: 'delete', blocked: 'conflict' })
  })

  test('what exists and belongs to another is not taken', () => {
    const foreign = live('a', 'a', { owner: 'git:other' })
    expect(planned([desired('a')], foreign).changes).toMatchObject([{ blocked: 'owned' }])
    expect(planned([], foreign)).toMatchObject({ changes: [], unmanaged: 1 })
  })

  const mine = { owner: 'git:other' }
  test.for([
    { when: 'it was free', later: live('a', 'a', { revision: 2, ...mine }), now: 'made' },
    { when: 'it was taken over', later: live('a', 'a', { revision: 2, ...mine }), now: 'changed' },
    { when: 'it was taken over', later: { ...live('a', 'a'), objects: [] }, now: 'gone' },
  ])('what others have $now since $when stops the plan', ({ later, now }) => {
    const adopt = [{ ref: 'Application/acme/web', uid: undefined, at: { file: 'a', line: 1 } }]
    const before = now === 'made' ? { ...live('a', 'a'), objects: [] } : live('a', 'a', mine)
    const refactor = { moved: [], removed: [], adopt }
    const plan = makePlan(wanted([desired('a')], 'value', { refactor }), before, PEPPER)
    expect(() => checkBase(plan, before)).not.toThrow()
    expect(() => checkBase(plan, later)).toThrow('no longer what it was')
  })

  test('a tombstone comes back with its uid and its secrets', () => {
    const secret = aSecret()
    const before = wanted([desired('a', { secrets: [secret] })])
    const { objects, ...rest } = applied(before)
    const tombstones = objects.map((object) => ({ object, deletedAt: 1 }))
    const plan = makePlan(before, { ...rest, objects: [], tombstones }, PEPPER)
    expect(plan.changes).toMatchObject([{ action: 'revive', fields: [], secrets: [] }])
  })

  const at = { file: 'refactor.yaml', line: 1 }
  const none = { moved: [], removed: [], adopt: [] }
  const ref = 'Application/acme/web'
  const state = live('a', 'a')
  const object = state.objects[0]
  test.for([
    {
      when: 'is released',
      objects: [],
      refactor: { ...none, removed: [{ ref, outcome: 'release' as const, at }] },
      state,
    },
    {
      when: 'is taken over',
      objects: [desired('a')],
      refactor: { ...none, adopt: [{ ref, uid: undefined, at }] },
      state: live('a', 'a', { owner: 'git:other' }),
    },
    {
      when: 'comes back from deletion',
      objects: [desired('a')],
      refactor: none,
      state: {
        ...state,
        objects: [],
        tombstones: object === undefined ? [] : [{ object, deletedAt: 1 }],
      },
    },
  ])('what $when is no graver than the project takes', ({ objects, refactor, state }) => {
    const guards = { ...GUARDS, maxRisk: 'safe' as const }
    const policy = { prune: 'never', drift: 'revert', guards } as const
    const { changes } = makePlan(wanted(objects, 'value', { refactor, policy }), state, PEPPER)
    expect(changes).toMatchObject([{ risk: 'caution', blocked: 'risk' }])
  })

  test.for([
    { reconcile: 'createOnly', found: [] },
    { reconcile: 'observe', found: [] },
    { reconcile: 'full', found: [{ action: 'update' }] },
  ] as const)('an object that is $reconcile', ({ reconcile, found }) => {
    const plan = planned([desired('b', { reconcile })], live('a', 'a', { reconcile }))
    expect(plan.changes).toMatchObject(found)
  })
})

describe('refactoring', () => {
  const at = { file: 'refactor.yaml', line: 1 }
  const none = { moved: [], removed: [], adopt: [] }
  const renamed = desired('a', { name: 'shop' })

  test('a move is one change, under the new name', () => {
    const moved = [{ from: 'Application/acme/web', to: 'Application/acme/shop', at }]
    const plan = makePlan(
      wanted([renamed], 'value', { refactor: { ...none, moved } }),
      live('a', 'a'),
      PEPPER,
    )
    expect(plan.changes).toMatchObject([
      { action: 'update', address: 'Application/acme/shop', movedFrom: 'Application/acme/web' },
    ])
  })

  test('without one, a likely rename is pointed out', () => {
    expect(planned([renamed], live('a', 'a')).renames).toEqual([
      { from: 'Application/acme/web', to: 'Application/acme/shop' },
    ])
  })

  test('a release leaves the object to nobody, without pruning', () => {
    const removed = [{ ref: 'Application/acme/web', outcome: 'release', at } as const]
    const plan = makePlan(
      wanted([], 'value', { refactor: { ...none, removed } }),
      live('a', 'a'),
      PEPPER,
    )
    expect(plan.changes).toMatchObject([{ action: 'release' }])
  })

  test.for([
    { uid: undefined, isTaken: true },
    { uid: 'uid of Application/acme/web', isTaken: true },
    { uid: 'another', isTaken: false },
  ])('an adoption of uid $uid', ({ uid, isTaken }) => {
    const adopt = [{ ref: 'Application/acme/web', uid, at }]
    const [change] = makePlan(
      wanted([desired('a')], 'value', { refactor: { ...none, adopt } }),
      live('a', 'a', { owner: '' }),
      PEPPER,
    ).changes
    expect(change?.blocked).toBe(isTaken ? undefined : 'owned')
  })
})

describe('guards', () => {
  const many = Array.from({ length: 100 }, (_, index) => desired('a', { name: `app-${index}` }))
  const state = applied(wanted(many))
  test.for([
    { left: 100, breached: [] },
    { left: 90, breached: [] },
    { left: 89, breached: ['maxDeletePercent'] },
    { left: 74, breached: ['maxDeletes', 'maxDeletePercent'] },
  ])('$left of 100 left', ({ left, breached }) => {
    const plan = planned(many.slice(0, left), state, { prune: true })
    expect(plan.breaches.map(({ guard }) => guard)).toEqual(breached)
    expect(planned(many.slice(0, left), state, { prune: true, maxDeletes: 99 }).breaches).toEqual(
      [],
    )
  })

  test('documents without a tenant delete none', () => {
    const tenant = aDesired({ kind: 'Tenant', tenant: '', name: 'acme', spec: {} })
    const both = applied(wanted([tenant, ...many]))
    const plan = planned(many, both, { prune: true })
    expect(plan.breaches).toEqual([{ guard: 'allowEmpty', limit: 0, actual: 1 }])
  })
})

test('what was wanted can be packed and wanted again, without its secrets', () => {
  const literal = aSecret({ source: { from: 'env', name: 'WEB_SECRET' } })
  const { desired: state } = wanted([desired('a', { secrets: [literal] })])
  const back = unpackSource(packSource(state))
  expect(back.objects).toMatchObject([{ spec: spec('a'), secrets: [{ id: 'first' }] }])
})
