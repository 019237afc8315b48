import { describe, expect, test } from 'vitest'
import type { DeclaredSecret, DesiredObject, DesiredState } from '../../src/config/desired-state.ts'
import { addressOf } from '../../src/config/desired-state.ts'
import { fieldChanges } from '../../src/deploy/diff.ts'
import { makePlan, type Wanted } from '../../src/deploy/plan.ts'
import { aDesired, applied, aSecret, EMPTY, PEPPER, wanted } from '../support/plans.ts'

describe('fields that differ', () => {
  test.for([
    { when: 'nothing differs', before: { a: [1] }, after: { a: [1] }, found: [] },
    {
      when: 'a nested value differs',
      before: { tokens: { access: { ttl: 900 } } },
      after: { tokens: { access: { ttl: 600 } } },
      found: [{ path: 'tokens.access.ttl', before: 900, after: 600 }],
    },
    {
      when: 'a field is new',
      before: {},
      after: { pkce: 'required' },
      found: [{ path: 'pkce', after: 'required' }],
    },
    {
      when: 'a list of plain values differs',
      before: { scopes: ['a'] },
      after: { scopes: ['a', 'b'] },
      found: [{ path: 'scopes', before: ['a'], after: ['a', 'b'] }],
    },
    {
      when: 'an element that names itself is gone',
      before: { secrets: [{ id: 'q2' }, { id: 'q3' }] },
      after: { secrets: [{ id: 'q3' }] },
      found: [{ path: 'secrets[q2]', before: { id: 'q2' } }],
    },
  ])('$when', ({ before, after, found }) => {
    expect(fieldChanges(before, after)).toEqual(found)
  })
})

describe('a plan', () => {
  test('creates what is new and says where it is written', () => {
    expect(makePlan(wanted([aDesired()]), EMPTY, PEPPER)).toMatchObject({
      owner: 'git:shop',
      baseRevision: 0,
      changes: [
        {
          action: 'create',
          address: 'Application/acme/web',
          origin: { file: 'acme.yaml', line: 7 },
        },
      ],
    })
  })

  test('is empty for what is applied', () => {
    const same = wanted([aDesired({ secrets: [aSecret()] })])
    expect(makePlan(same, applied(same), PEPPER).changes).toEqual([])
  })

  test('has one digest for one desired state, whatever the database', () => {
    const same = wanted([aDesired({ secrets: [aSecret()] })])
    const { desiredDigest } = makePlan(same, EMPTY, PEPPER)
    expect(makePlan(same, applied(same), 'other pepper').desiredDigest).toBe(desiredDigest)
  })

  test('deletes what this project applied and no longer declares', () => {
    const live = applied(wanted([aDesired()]))
    expect(makePlan(wanted([]), live, PEPPER).changes).toMatchObject([
      { action: 'delete', address: 'Application/acme/web' },
    ])
  })

  test('leaves alone what another owner made', () => {
    const live = applied(wanted([aDesired()]))
    const foreign = live.objects.map((object) => ({ ...object, owner: 'runtime:admin' }))
    expect(makePlan(wanted([]), { ...live, objects: foreign }, PEPPER).changes).toEqual([])
  })
})

describe('secrets in a plan', () => {
  const declared = (change: Partial<DeclaredSecret> = {}) =>
    aDesired({ secrets: [aSecret(change)] })

  test.for([
    { action: 'set', when: 'the value changed', now: declared(), value: 'another' },
    { action: 'expire', when: 'only its end changed', now: declared({ expiresAt: 5 }) },
    { action: 'drop', when: 'it is no longer declared', now: aDesired() },
  ])('$action when $when', ({ action, now, value }) => {
    const live = applied(wanted([declared()]))
    expect(makePlan(wanted([now], value), live, PEPPER).changes).toMatchObject([
      { action: 'update', fields: [], secrets: [{ id: 'first', action }] },
    ])
  })

  test('a secret is generated once and never again', () => {
    const generated = declared({ source: { from: 'generate', bytes: 32 } })
    const once: Wanted = { ...wanted([generated]), secrets: withoutValues(generated) }
    expect(makePlan(once, EMPTY, PEPPER).changes[0]?.secrets).toEqual([
      { id: 'first', action: 'generate' },
    ])
    expect(makePlan(once, applied(once), PEPPER).changes).toEqual([])
  })

  test('no value is anywhere in the plan', () => {
    const plan = makePlan(wanted([declared()], 'canary-value'), EMPTY, PEPPER)
    expect(JSON.stringify(plan)).not.toContain('canary')
  })
})

const withoutValues = (object: DesiredObject): Wanted['secrets'] =>
  new Map([[addressOf(object), object.secrets.map((declared) => ({ declared, value: undefined }))]])

describe('a plan is refused', () => {
  const live = applied(wanted([aDesired()]))
  test.for([
    {
      reason: 'environment',
      live: { ...live, environment: { name: 'prod', kind: 'production' as const } },
      now: aDesired(),
    },
    { reason: 'frozen', live, now: aDesired({ spec: { clientId: 'shop' } }) },
  ])('$reason', ({ reason, live: state, now }) => {
    expect(() => makePlan(wanted([now]), state, PEPPER)).toThrow(
      expect.objectContaining({ name: 'Refusal', reason }),
    )
  })
})

test('the desired state is of one environment', () => {
  const state: DesiredState = wanted([]).desired
  expect(makePlan(wanted([]), EMPTY, PEPPER).environment).toEqual(state.environment)
})
