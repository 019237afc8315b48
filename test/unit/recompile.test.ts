import { describe, expect, test } from 'vitest'
import { readConfiguration } from '../../src/config/index.ts'
import { recompile } from '../../src/deploy/recompile.ts'
import { compile } from '../../src/deploy/snapshot.ts'
import type { ConfigObject, LiveChanges, StoredSecret } from '../../src/store/config-port.ts'

/** Three tenants as they would be applied, with uids that say what they are. */
function applied(): readonly ConfigObject[] {
  const from = new URL('../../config-examples/multi-tenant/', import.meta.url).pathname
  const read = readConfiguration({ from, environment: 'dev' })
  if (read.outcome !== 'valid') throw new Error(read.outcome)
  return read.state.objects.map(({ kind, tenant, name, spec, at }) => ({
    uid: [kind, tenant, name].join('/'),
    kind,
    tenant,
    name,
    owner: 'git:test',
    spec,
    specHash: '',
    appliedHash: '',
    reconcile: 'full',
    isProtected: false,
    originFile: at.file,
    originLine: at.line,
    revision: 1,
  }))
}

const objects = applied()
const live = { revision: 1, objects, secrets: [] as readonly StoredSecret[], overrides: [] }
const before = { live, snapshot: compile(live) }
const names = [...before.snapshot.byName.keys()]
const first = objects.find(({ kind }) => kind === 'Application')
if (first === undefined) throw new Error('no application')

const changes = (change: Partial<LiveChanges>): LiveChanges => ({
  revision: 2,
  objects: [],
  secrets: [],
  deleted: [],
  overrides: [],
  count: objects.length,
  ...change,
})

const of = (kind: string, tenant = ''): ConfigObject => {
  const found = objects.find((each) => each.kind === kind && each.tenant === tenant)
  if (found === undefined) throw new Error(`no ${kind}`)
  return found
}

const touched = (object: ConfigObject, spec: ConfigObject['spec'] = {}): ConfigObject => ({
  ...object,
  revision: 2,
  spec: { ...object.spec, ...spec },
})

describe('a snapshot from the one before', () => {
  const secret = { verifier: 'v', fingerprint: '', expiresAt: undefined, secretId: 'new' }
  const uid = first.uid
  test.for([
    {
      what: 'a changed application',
      change: { objects: [touched(first, { displayName: 'Other' })] },
      anew: [first.tenant],
    },
    {
      what: 'a secret',
      change: { objects: [touched(first)], secrets: [{ ...secret, ownerUid: uid }] },
      anew: [first.tenant],
    },
    {
      what: 'a deleted application',
      change: { deleted: [uid], count: objects.length - 1 },
      anew: [first.tenant],
    },
    {
      what: 'a new application',
      change: {
        objects: [
          touched({ ...first, uid: 'new', name: 'new' }, { clientId: 'new', redirectUris: [] }),
        ],
        count: objects.length + 1,
      },
      anew: [first.tenant],
    },
    {
      what: 'the tenant itself',
      change: {
        objects: objects.filter(({ kind, name }) => kind === 'Tenant' && name === names[1]),
      },
      anew: [names[1]],
    },
    { what: 'the environment', change: { objects: [touched(of('Environment'))] }, anew: names },
    {
      what: 'a key policy that tenants share',
      change: { objects: [touched(of('KeyPolicy'), { rotateEvery: 99 })] },
      anew: names,
    },
    { what: 'the project', change: { objects: [touched(of('Project'))] }, anew: names },
    { what: 'nothing', change: {}, anew: [] },
  ])('compiles $anew anew for $what', ({ change, anew }) => {
    const after = recompile(before, changes(change))
    if (after === undefined) throw new Error('everything is needed')
    const isNew = (name: string) =>
      after.snapshot.byName.get(name) !== before.snapshot.byName.get(name)
    expect(names.filter(isNew)).toEqual(anew)
    expect(after.snapshot).toEqual(compile(after.live))
  })

  test.for([
    { what: 'an object is missing', change: { count: objects.length + 1 } },
    { what: 'one is left over', change: { count: objects.length - 1 } },
    { what: 'the head went back', change: { revision: 0 } },
  ])('is not made when $what', ({ change }) => {
    expect(recompile(before, changes(change))).toBeUndefined()
  })
})
