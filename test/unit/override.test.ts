import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/json.ts'
import { stepsOf, valueAt, withValue } from '../../src/config/field-path.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { readPut } from '../../src/deploy/override/asked.ts'
import { overridden, withOverrides } from '../../src/deploy/override/in-force.ts'
import { compile } from '../../src/deploy/snapshot.ts'
import type { ConfigObject, LiveState, Override } from '../../src/store/config-port.ts'
import { devProject, joined } from '../support/documents.ts'
import { aFolder } from '../support/folder.ts'
import { EMPTY } from '../support/plans.ts'

const NOW = 1_700_000_000

const documents = joined(
  `apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
spec: { session: { idle: 1h } }
`,
  `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: web }
spec:
  type: web
  redirectUris: ['https://a.example/cb', 'https://b.example/cb', 'https://[2001:db8::1]/cb']
  scopes: [openid, email]
  consent: skip
  clientAuth:
    secrets:
      - { id: 2026-q3, value: one-secret, expiresAt: '2027-01-31T00:00:00Z' }
      - { id: 2026-q2, value: other-secret }
`,
  `apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec: { username: alice, password: wonderland }
`,
)

const objects: readonly ConfigObject[] = (() => {
  const folder = aFolder(devProject(documents))
  const read = readConfiguration({ from: folder.path })
  folder.remove()
  if (read.outcome !== 'valid') throw new Error(JSON.stringify(read))
  return read.state.objects.map(({ kind, tenant, name, spec, at }) => ({
    uid: [kind, name].join(' '),
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
})()

const of = (kind: string): ConfigObject => {
  const found = objects.find((each) => each.kind === kind)
  if (found === undefined) throw new Error(kind)
  return found
}

const web = of('Application')

const anOverride = (change: Partial<Override> = {}): Override => ({
  uid: web.uid,
  path: 'disabled',
  value: true,
  isRelaxing: false,
  expiresAt: NOW + 60,
  reason: 'INC-1',
  actor: 'sam',
  createdAt: NOW,
  ...change,
})

const live = (overrides: readonly Override[]): LiveState => ({
  ...EMPTY,
  revision: 1,
  objects,
  secrets: ['2026-q3', '2026-q2'].map((secretId) => ({
    ownerUid: web.uid,
    secretId,
    verifier: secretId,
    fingerprint: '',
    expiresAt: secretId === '2026-q3' ? 1_801_353_600 : undefined,
  })),
  overrides,
})

const webAt = (overrides: readonly Override[], now = NOW) =>
  compile(live(overrides), { now }).byName.get('acme')?.applicationsByUid.get(web.uid)

describe('the path of a field', () => {
  test.for([
    { path: 'disabled', steps: [{ member: 'disabled' }] },
    { path: 'tokens.access.ttl', steps: ['tokens', 'access', 'ttl'].map((member) => ({ member })) },
    {
      path: 'clientAuth.secrets[2026-q3].expiresAt',
      steps: [
        { member: 'clientAuth' },
        { member: 'secrets' },
        { element: '2026-q3' },
        { member: 'expiresAt' },
      ],
    },
    {
      path: 'redirectUris[https://[2001:db8::1]/cb]',
      steps: [{ member: 'redirectUris' }, { element: 'https://[2001:db8::1]/cb' }],
    },
    { path: '', steps: undefined },
    { path: '.disabled', steps: undefined },
    { path: 'tokens..ttl', steps: undefined },
    { path: 'secrets[', steps: undefined },
    { path: '[a]', steps: undefined },
  ])('$path', ({ path, steps }) => {
    expect(stepsOf(path)).toEqual(steps)
  })

  test('a value is put where its path leads, and maps on the way are made', () => {
    const spec: JsonObject = { secrets: [{ id: 'a', n: 1 }, { id: 'b' }] }
    const put = (path: string, value: number | undefined) =>
      withValue(spec, stepsOf(path) ?? [], value)
    expect(put('secrets[a].n', 2)).toEqual({ secrets: [{ id: 'a', n: 2 }, { id: 'b' }] })
    expect(put('secrets[a]', undefined)).toEqual({ secrets: [{ id: 'b' }] })
    expect(put('secrets[c].n', 2)).toEqual(spec)
    expect(put('x.y', 2)).toEqual({ ...spec, x: { y: 2 } })
    expect(put('x.y', undefined)).toEqual(spec)
    expect(valueAt(spec, stepsOf('secrets[b].id') ?? [])).toBe('b')
  })
})

describe('what an operator asks for', () => {
  test.for([
    ['disabled=true', 'disabled', true],
    ['redirectUris-=https://b.example/cb', 'redirectUris[https://b.example/cb]', null],
    ['redirectUris-=https://[2001:db8::1]/cb', 'redirectUris[https://[2001:db8::1]/cb]', null],
    ['redirectUris=[https://a.example/cb]', 'redirectUris', ['https://a.example/cb']],
    ['redirectUris=[]', 'redirectUris', []],
    ['grants=["refresh_token"]', 'grants', ['refresh_token']],
    ['scopes-=email', 'scopes[email]', null],
    ['tokens.access.ttl=5m', 'tokens.access.ttl', 300],
    ['tokens.refresh.idle=1d', 'tokens.refresh.idle', 86_400],
    ['consent=required', 'consent', 'required'],
    ['par=required', 'par', 'required'],
    ['requestObject.required=true', 'requestObject.required', true],
    ['clientAuth.secrets-=2026-q2', 'clientAuth.secrets[2026-q2]', null],
    [
      'clientAuth.secrets[2026-q2].expiresAt=2026-11-21T00:00:00Z',
      'clientAuth.secrets[2026-q2].expiresAt',
      1_795_219_200,
    ],
  ] as const)('%s only restricts', ([text, path, value]) => {
    expect(readPut(web, text, false)).toEqual({ path, value, isRelaxing: false })
  })

  test.for([
    'disabled=false',
    'redirectUris=[https://a.example/cb, https://evil.example/cb]',
    'tokens.access.ttl=1h',
    'tokens.refresh.idle=20d',
    'consent=skip',
    'par=optional',
    'pkce=optional',
    'displayName=Other',
    'clientAuth.method=none',
    'clientAuth.secrets[2026-q3].expiresAt=2028-01-01T00:00:00Z',
  ])('%s needs to be meant', (text) => {
    const isHeld = ['disabled=false', 'consent=skip', 'par=optional'].includes(text)
    expect(() => readPut(web, text, false)).toThrow(
      expect.objectContaining({ reason: 'relaxing', message: expect.stringContaining(text) }),
    )
    expect(readPut(web, text, true)).toMatchObject({ isRelaxing: true })
    expect(isHeld || readPut(web, text, true).value !== null).toBe(true)
  })

  test.for([
    ['disabledd=true', 'has no field "disabledd"', 'did you mean disabled?'],
    ['tokens.acces.ttl=5m', 'tokens has no field "acces"', 'did you mean tokens.access?'],
    ['tokens.access=5m', 'is not one value', 'tokens.access.ttl'],
    ['tokens.access.ttl=5 minutes', 'cannot be "5 minutes"', 'such as 15m'],
    ['tokens.access.ttl=0s', 'cannot be zero', ''],
    ['disabled=yes', 'cannot be "yes"', 'true or false'],
    ['pkce=maybe', 'cannot be "maybe"', 'one of required, optional'],
    ['redirectUris-=https://c.example/cb', 'has no "https://c.example/cb"', 'did you mean'],
    ['redirectUris=[nonsense]', 'cannot be', 'an absolute URI'],
    ['redirectUris={', 'cannot be', ''],
    ['disabled-=x', 'is not a list', ''],
    ['clientAuth.secrets[2026-q4].expiresAt=2026-11-21T00:00:00Z', 'has no "2026-q4"', '2026-q2'],
    ['clientAuth.secrets[2026-q3].value=x', 'is not one value', 'fromEnv'],
    ['clientAuth.secrets[2026-q3].expiresAt=2026-02-30T00:00:00Z', 'cannot be', 'no such day'],
    ['clientAuth.secrets[2026-q3]=x', 'is an element', '-='],
    ['clientId=other', 'cannot be overridden', 'documents'],
    ['ciba.ttl=1m', 'has no ciba', ''],
    ['disabled', 'says no value', ''],
    ['=true', 'says no value', ''],
    ['__proto__.x=1', '', ''],
    ['constructor=1', 'has no field "constructor"', ''],
  ] as const)('%s is refused', ([text, message, hint]) => {
    expect(() => readPut(web, text, true)).toThrow(
      expect.objectContaining({
        name: 'FieldError',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    )
  })

  test.for(['User', 'Project'])('an object of kind %s is not overridden', (kind) => {
    expect(() => readPut(of(kind), 'disabled=true', true)).toThrow(/kind .* cannot be overridden/)
  })

  test('sessions of a tenant are shortened, and not lengthened', () => {
    expect(readPut(of('Tenant'), 'session.idle=5m', false)).toMatchObject({ value: 300 })
    expect(() => readPut(of('Tenant'), 'session.idle=2h', false)).toThrow(/not known to restrict/)
  })
})

describe('overrides in force', () => {
  test('count until they end, by the given clock', () => {
    const overrides = [anOverride()]
    expect(webAt(overrides)?.isDisabled).toBe(true)
    expect(webAt(overrides, NOW + 59)?.isDisabled).toBe(true)
    expect(webAt(overrides, NOW + 60)?.isDisabled).toBe(false)
    expect(compile(live(overrides)).byName.get('acme')?.applications.get('web')?.isDisabled).toBe(
      false,
    )
  })

  test('what has none stays the same value', () => {
    const state = live([anOverride({ expiresAt: NOW })])
    expect(withOverrides(state, NOW)).toBe(state)
    const { objects: after } = withOverrides(live([anOverride()]), NOW)
    expect(after.filter((object, index) => object !== objects[index])).toHaveLength(1)
  })

  test('of an object that is gone are nothing', () => {
    expect(webAt([anOverride({ uid: 'gone' })])?.isDisabled).toBe(false)
  })

  test('a secret ends earlier, or is gone', () => {
    const end = (id: string, value: number) =>
      anOverride({ path: `clientAuth.secrets[${id}].expiresAt`, value })
    const gone = anOverride({ path: 'clientAuth.secrets[2026-q2]', value: null })
    expect(webAt([end('2026-q3', NOW), gone])?.secrets).toEqual([
      { id: '2026-q3', digest: '2026-q3', expiresAt: NOW },
    ])
    expect(webAt([end('2026-q2', NOW)])?.secrets).toMatchObject([
      { id: '2026-q3', expiresAt: 1_801_353_600 },
      { id: '2026-q2', expiresAt: NOW },
    ])
  })

  test.for([
    { path: 'tokens.refresh.idle', value: 600, spec: { tokens: { refresh: { idle: 60 } } } },
    { path: 'redirectUris', value: ['a', 'b'], spec: { redirectUris: ['b', 'c'] } },
    { path: 'redirectUris[a]', value: null, spec: { redirectUris: ['b'] } },
    { path: 'clientAuth.secrets[x].expiresAt', value: 5, spec: { clientAuth: { secrets: [] } } },
    { path: 'ciba.ttl', value: 5, spec: {} },
  ])('$path never allows more than documents that became stricter', ({ path, value, spec }) => {
    const after = overridden({ ...web, spec }, [{ path, value, isRelaxing: false }])
    const left = path === 'redirectUris' ? { redirectUris: ['b'] } : spec
    expect(after.spec).toEqual(left)
  })

  test('what was meant to relax does, and a usual value goes unsaid', () => {
    const put = { ...readPut(web, 'tokens.refresh.idle=20d', true) }
    expect(webAt([anOverride(put)])?.refreshToken.idle).toBe(20 * 86_400)
    const pushed = { ...web, spec: { ...web.spec, par: 'required' } }
    const { spec } = overridden(pushed, [readPut(pushed, 'par=optional', true)])
    expect(spec.par).toBeUndefined()
  })
})
