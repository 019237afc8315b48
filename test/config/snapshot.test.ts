import { describe, expect, test } from 'vitest'
import { addressOf } from '../../src/config/desired-state.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { compile } from '../../src/deploy/snapshot.ts'
import type { ConfigObject, StoredSecret } from '../../src/store/config-port.ts'

/** The objects of an example as they would be applied; the address is the uid. */
function appliedOf(example: string, environment: string): readonly ConfigObject[] {
  const from = new URL(`../../config-examples/${example}/`, import.meta.url).pathname
  const read = readConfiguration({ from, environment })
  if (read.outcome !== 'valid') throw new Error(`${example} is ${read.outcome}`)
  return read.state.objects.map(({ kind, tenant, name, spec, at }) => ({
    uid: addressOf({ kind, tenant, name }),
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

const quickstart = appliedOf('quickstart', 'dev')

const secretOf = (ownerUid: string, secretId: string): StoredSecret => ({
  ownerUid,
  secretId,
  verifier: `digest of ${secretId}`,
  fingerprint: '',
  expiresAt: undefined,
})

const snapshotOf = (
  objects: readonly ConfigObject[],
  secrets: readonly StoredSecret[] = [],
  publicUrl?: string,
) => compile({ revision: 7, objects, secrets }, publicUrl === undefined ? {} : { publicUrl })

const withSpec = (address: string, spec: ConfigObject['spec']): readonly ConfigObject[] =>
  quickstart.map((object) =>
    object.uid === address ? { ...object, spec: { ...object.spec, ...spec } } : object,
  )

describe('quickstart', () => {
  const snapshot = snapshotOf(quickstart, [
    secretOf('Application/acme/web', 'first'),
    secretOf('Application/acme/web', 'dropped'),
    secretOf('Application/acme/worker', 'first'),
  ])
  const acme = snapshot.byName.get('acme')

  test('the tenant has its issuer, path and policies', () => {
    expect(snapshot).toMatchObject({
      revision: 7,
      environment: { name: 'dev', kind: 'dev' },
      publicUrl: 'http://127.0.0.1:4000',
    })
    expect(acme).toMatchObject({
      issuer: 'http://127.0.0.1:4000/acme',
      path: '/acme',
      displayName: 'Acme',
      session: { idle: 43_200, absolute: 2_592_000 },
      signIn: { maxFailures: 5, lockout: 900, passwordHash: 'argon2id' },
      keyPolicy: { algorithms: ['ES256', 'RS256'], rotateEvery: 7_776_000 },
    })
  })

  test('an application has the secrets that its document names, and no others', () => {
    const web = acme?.applications.get('web')
    expect(web).toBe(acme?.applicationsByUid.get('Application/acme/web'))
    expect(web?.secrets).toEqual([{ id: 'first', digest: 'digest of first', expiresAt: undefined }])
    expect(web).toMatchObject({
      type: 'web',
      authMethod: 'client_secret',
      pkce: 'required',
      accessToken: { lifetime: 900 },
      idToken: { algorithm: 'RS256' },
      refreshToken: { grace: 10, rotation: 'required', issue: 'offline_access' },
      redirectUris: ['http://127.0.0.1:8400/callback'],
    })
  })

  test('the resource brings its scopes beside the standard ones', () => {
    const resource = 'https://api.acme.example'
    expect(acme?.resources.get(resource)).toMatchObject({
      scopes: ['orders:read', 'orders:write'],
      token: { format: 'jwt', algorithm: 'ES256', lifetime: 900 },
      introspectors: new Set(['Application/acme/web', 'Application/acme/worker']),
    })
    expect(acme?.scopes.get('orders:read')?.resource).toBe(resource)
    expect(acme?.scopes.get('email')).toMatchObject({
      resource: undefined,
      claims: ['email', 'email_verified'],
    })
  })
})

describe('issuers', () => {
  test.for([
    { when: 'below the public URL', issuer: 'http://127.0.0.1:4000/acme', path: '/acme' },
    {
      when: 'at another public URL',
      url: 'http://localhost:9',
      issuer: 'http://localhost:9/acme',
      path: '/acme',
    },
    {
      when: 'at a host of its own',
      hosts: ['id.acme.example', 'b'],
      issuer: 'http://id.acme.example',
      path: '',
    },
  ])('$when', ({ url, hosts, issuer, path }) => {
    const snapshot = snapshotOf(withSpec('Tenant/acme', hosts ? { hosts } : {}), [], url)
    expect(snapshot.byName.get('acme')).toMatchObject({ issuer, path })
    expect([...snapshot.byHost.keys()]).toEqual(hosts ?? [])
  })

  test('at the root', () => {
    const snapshot = snapshotOf(withSpec('Project/quickstart', { rootTenant: 'acme' }))
    expect(snapshot.root).toMatchObject({ issuer: 'http://127.0.0.1:4000', path: '' })
  })
})

describe('RFC 9126, RFC 9101: what is to be pushed and signed', () => {
  const policyOf = (objects: readonly ConfigObject[]) => {
    const acme = snapshotOf(objects).byName.get('acme')
    const web = acme?.applications.get('web')
    return { tenant: acme?.par, application: web?.par, requestObject: web?.requestObject }
  }
  const FREE = {
    tenant: 'optional',
    application: 'optional',
    requestObject: { algorithm: undefined, isRequired: false },
  }

  test.for<{ at: string; spec: ConfigObject['spec']; change: object }>([
    { at: 'Tenant/acme', spec: {}, change: {} },
    { at: 'Tenant/acme', spec: { par: 'required' }, change: { tenant: 'required' } },
    { at: 'Application/acme/web', spec: { par: 'required' }, change: { application: 'required' } },
    {
      at: 'Application/acme/web',
      spec: { requestObject: { algorithm: 'PS256' } },
      change: { requestObject: { algorithm: 'PS256', isRequired: false } },
    },
    {
      at: 'Application/acme/web',
      spec: { requestObject: { required: true } },
      change: { requestObject: { algorithm: undefined, isRequired: true } },
    },
  ])('$at with $spec', ({ at, spec, change }) => {
    expect(policyOf(withSpec(at, spec))).toEqual({ ...FREE, ...change })
  })
})

test('tenants share a key policy unless they have one of that name', () => {
  const objects = appliedOf('multi-tenant', 'prod')
  const shared = objects.find(({ kind }) => kind === 'KeyPolicy')
  if (shared === undefined) throw new Error('there is no key policy')
  const spec = { ...shared.spec, rotateEvery: 86_400 }
  const own = { ...shared, uid: 'own', tenant: 'staff', spec }
  const { byName } = snapshotOf([...objects, own])
  const rotation = ['north', 'south', 'staff'].map(
    (name) => byName.get(name)?.keyPolicy.rotateEvery,
  )
  expect(rotation).toEqual([7_776_000, 2_592_000, 86_400])
})

test('tenants share names and nothing else', () => {
  const { byName } = snapshotOf(appliedOf('multi-tenant', 'prod'))
  const [north, south] = [byName.get('north'), byName.get('south')]
  expect(north?.applications.get('shop')?.uid).toBe('Application/north/shop')
  expect(south?.applications.get('shop')?.uid).toBe('Application/south/shop')
  expect(south?.scopes.has('cart:write')).toBe(false)
  expect(south?.resources.get('https://api.south.example')?.token.format).toBe('opaque')
  expect(byName.get('staff')?.scopes.get('department')?.claims).toEqual(['department'])
})

describe('what cannot be compiled is named', () => {
  test.for([
    {
      what: 'no environment',
      objects: quickstart.filter(({ kind }) => kind !== 'Environment'),
      says: 'the applied state has no Environment',
    },
    {
      what: 'a missing member',
      objects: withSpec('Tenant/acme', { displayName: 3 }),
      says: 'Tenant/acme.displayName is not a string',
    },
    {
      what: 'an unknown grant',
      objects: withSpec('Application/acme/spa', { grants: ['magic'] }),
      says: 'Application/acme/spa.grants is not of',
    },
    {
      what: 'an unknown introspector',
      objects: withSpec('Resource/acme/orders-api', { introspectors: ['x'] }),
      says: 'Resource/acme/orders-api names x',
    },
    {
      what: 'a missing policy',
      objects: quickstart.filter(({ kind }) => kind !== 'KeyPolicy'),
      says: 'key policy default, which is unknown',
    },
    {
      what: 'an algorithm without a key',
      objects: withSpec('KeyPolicy/acme/default', { algorithms: ['RS256'] }),
      says: 'resource orders-api is signed for with ES256',
    },
    {
      what: 'one client_id twice',
      objects: withSpec('Application/acme/spa', { clientId: 'web' }),
      says: 'two objects with one identifier',
    },
  ])('$what', ({ objects, says }) => {
    expect(() => snapshotOf(objects)).toThrow(says)
  })
})
