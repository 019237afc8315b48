import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ClaimMapping } from '../../src/model/claims.ts'
import type { Role } from '../../src/model/tenant.ts'
import { aBillsResource, anApplication, aResource, aUser } from '../support/builders.ts'
import { eachStore } from '../support/each-store.ts'
import {
  aProvider,
  basic,
  bearer,
  type Changes,
  codeForm,
  type Provider,
} from '../support/provider.ts'

const mapping = (change: Partial<ClaimMapping> = {}): ClaimMapping => ({
  name: 'https://acme.example/tier',
  places: new Set(['access_token', 'id_token', 'userinfo']),
  scope: undefined,
  source: { from: 'value', value: 'gold' },
  matching: undefined,
  ...change,
})
const TIER = mapping().name

/** An opaque token says nothing. */
const payloadOf = (token: string): Record<string, unknown> =>
  token.includes('.') ? decodeJwt(token) : {}
const roles = new Map<string, Role>([
  [
    'admin',
    { uid: 'r', name: 'admin', permissions: ['orders.write', 'orders.read', 'users.read'] },
  ],
])

eachStore((open) => {
  let provider: Provider
  beforeAll(async () => {
    const claims = { ...aUser().claims, level: 3, isGuest: false, teams: ['red', 'blue'] }
    const address = { locality: 'Bern', seen: null, in: {} }
    const groups = ['Crew', 'Staff Bern', 'Staff Wien']
    const alice = aUser({ claims: { ...claims, address }, groups })
    provider = await aProvider(await open(), { tenant: { roles } }, alice)
  })

  /** What alice's tokens say; her nickname is empty, and she is an admin. */
  const told = async (change: Changes, scope = 'openid offline_access orders:read') => {
    const at = provider.with({ tenant: { roles }, ...change })
    const answer = await at.post('/token', codeForm(await at.code({ scope })), basic())
    const body = await answer.json()
    const userinfo = await (await at.get('/userinfo', bearer(body.access_token))).json()
    return {
      at,
      body,
      access: payloadOf(body.access_token),
      id: decodeJwt(body.id_token),
      userinfo,
    }
  }
  const ofTenant = (change: Partial<ClaimMapping>): Changes => ({
    tenant: { roles, claims: [mapping(change)] },
  })

  describe('where a declared claim comes from', () => {
    test.for<{ source: ClaimMapping['source']; value: unknown; matching?: string }>([
      { source: { from: 'value', value: { level: 3 } }, value: { level: 3 } },
      { source: { from: 'value', value: false }, value: false },
      { source: { from: 'value', value: '' }, value: undefined },
      { source: { from: 'user', path: 'name' }, value: 'Alice Adams' },
      { source: { from: 'user', path: 'username' }, value: 'alice' },
      { source: { from: 'user', path: 'email' }, value: 'alice@acme.example' },
      { source: { from: 'user', path: 'nickname' }, value: undefined },
      { source: { from: 'user', path: 'phone_number' }, value: undefined },
      { source: { from: 'user', path: 'passwordHash' }, value: undefined },
      { source: { from: 'user', path: 'constructor' }, value: undefined },
      { source: { from: 'user', path: 'name.length' }, value: undefined },
      { source: { from: 'roles' }, value: ['admin'] },
      { source: { from: 'roles' }, matching: 'shop-*', value: undefined },
      { source: { from: 'groups' }, value: ['Crew', 'Staff Bern', 'Staff Wien'] },
      { source: { from: 'groups' }, matching: 'Staff *', value: ['Staff Bern', 'Staff Wien'] },
      { source: { from: 'user', path: 'groups' }, value: ['Crew', 'Staff Bern', 'Staff Wien'] },
      { source: { from: 'user', path: 'teams' }, value: ['red', 'blue'] },
      { source: { from: 'user', path: 'teams' }, matching: 'r*', value: ['red'] },
      { source: { from: 'permissions' }, value: ['orders.read', 'orders.write', 'users.read'] },
      { source: { from: 'permissions' }, matching: '*.read', value: ['orders.read', 'users.read'] },
      {
        source: { from: 'permissions' },
        matching: 'orders.*',
        value: ['orders.read', 'orders.write'],
      },
      {
        source: { from: 'template', template: '{name} <{email}>' },
        value: 'Alice Adams <alice@acme.example>',
      },
      { source: { from: 'template', template: '{name} {nickname}' }, value: undefined },
      { source: { from: 'template', template: '{level}/{isGuest}' }, value: '3/false' },
      { source: { from: 'template', template: '{address.locality}!' }, value: 'Bern!' },
      { source: { from: 'template', template: 'at {address}' }, value: undefined },
      { source: { from: 'template', template: 'at {address.in}' }, value: undefined },
      { source: { from: 'template', template: 'at {address.seen}' }, value: undefined },
      { source: { from: 'template', template: 'in {teams}' }, value: undefined },
      { source: { from: 'template', template: '{roles}' }, value: undefined },
      { source: { from: 'template', template: '{toString}' }, value: undefined },
    ])('$source $matching: $value', async ({ source, value, matching }) => {
      const { access, id, userinfo } = await told(ofTenant({ source, matching }))
      expect([access[TIER], id[TIER], userinfo[TIER]]).toEqual([value, value, value])
    })
  })

  describe('groups', () => {
    const groupsOf = async (alice: Parameters<typeof aUser>[0]) => {
      const claims = [
        mapping({ name: 'groups', source: { from: 'user', path: 'groups' } }),
        mapping({ name: 'first', source: { from: 'groups' } }),
      ]
      const at = await aProvider(await open(), { tenant: { claims } }, aUser(alice))
      const form = codeForm(await at.code({ scope: 'openid' }))
      const { id_token } = await (await at.post('/token', form, basic())).json()
      return [decodeJwt(id_token).groups, decodeJwt(id_token).first]
    }

    test('of an account win over a free claim of that name, which counts where there are none', async () => {
      const claims = { groups: ['free'] }
      expect(await groupsOf({ claims, groups: ['own'] })).toEqual([['own'], ['own']])
      expect(await groupsOf({ claims })).toEqual([['free'], undefined])
    })
  })

  describe('where it goes', () => {
    test.for(['access_token', 'id_token', 'userinfo'] as const)('only %s', async (place) => {
      const { access, id, userinfo } = await told(ofTenant({ places: new Set([place]) }))
      expect({
        access_token: access[TIER],
        id_token: id[TIER],
        userinfo: userinfo[TIER],
      }).toEqual({
        access_token: undefined,
        id_token: undefined,
        userinfo: undefined,
        [place]: 'gold',
      })
    })

    test('a scope must have been granted', async () => {
      const change = ofTenant({ scope: 'phone' })
      expect((await told(change)).id).not.toHaveProperty([TIER])
      const { id, userinfo } = await told(change, 'openid phone')
      expect([id[TIER], userinfo[TIER]]).toEqual(['gold', 'gold'])
    })

    test('only the access tokens of its resource have a resource’s', async () => {
      const claims = [mapping({ places: new Set(['access_token']) })]
      const resources = [aResource({ claims }), aBillsResource({ token: aResource().token })]
      const { access, id } = await told({ resources })
      expect([access[TIER], id[TIER]]).toEqual(['gold', undefined])
      const bills = await told({ resources }, 'openid bills:read')
      expect(bills.access).not.toHaveProperty([TIER])
    })

    test('the application wins over the resource, and that one over the tenant', async () => {
      const of = (value: string) => [mapping({ source: { from: 'value', value } })]
      const tenant = { roles, claims: of('tenant') }
      const resources = [aResource({ claims: of('resource') }), aBillsResource()]
      const applications = [anApplication({ claims: of('application') })]
      const tiers = async (change: Changes) => {
        const { access, id } = await told(change)
        return [access[TIER], id[TIER]]
      }
      expect(await tiers({ tenant })).toEqual(['tenant', 'tenant'])
      expect(await tiers({ tenant, resources })).toEqual(['resource', 'tenant'])
      expect(await tiers({ tenant, resources, applications })).toEqual([
        'application',
        'application',
      ])
    })

    test('a refresh says what is true by then', async () => {
      const before = await told(ofTenant({ source: { from: 'value', value: 'silver' } }))
      const after = provider.with(ofTenant({}))
      const form = { grant_type: 'refresh_token', refresh_token: before.body.refresh_token }
      const body = await (await after.post('/token', form, basic())).json()
      expect(decodeJwt(body.id_token)[TIER]).toBe('gold')
      expect(decodeJwt(body.access_token)[TIER]).toBe('gold')
    })

    test('an application on its own behalf has fixed values only', async () => {
      const claims = [mapping(), mapping({ name: 'who', source: { from: 'user', path: 'email' } })]
      const at = provider.with({ tenant: { roles, claims } })
      const form = { grant_type: 'client_credentials', scope: 'orders:read' }
      const body = await (await at.post('/token', form, basic())).json()
      const access = decodeJwt(body.access_token)
      expect(access[TIER]).toBe('gold')
      expect(access).not.toHaveProperty('who')
      expect(access).not.toHaveProperty('roles')
    })
  })

  describe('what it cannot do', () => {
    test.for([
      'iss',
      'sub',
      'aud',
      'exp',
      'client_id',
      'scope',
      'azp',
      'nonce',
      'acr',
      'act',
      'cnf',
    ])('make a %s', async (name) => {
      const plain = await told({})
      const { access, id, userinfo } = await told(ofTenant({ name }))
      expect([access[name], id[name], userinfo[name]]).not.toContain('gold')
      expect(Object.keys(id).sort()).toEqual(Object.keys(plain.id).sort())
    })

    test.for([
      { name: 'updated_at', value: 'yesterday' },
      { name: 'updated_at', value: 1_700_000_000_000 },
      { name: 'address', value: 'here' },
      { name: 'birthdate', value: '1.2.1984' },
      { name: 'phone_number_verified', value: 'yes' },
    ])('give $name the form of $value', async ({ name, value }) => {
      const { userinfo } = await told(ofTenant({ name, source: { from: 'value', value } }))
      expect(userinfo[name]).toBeUndefined()
    })

    test('leave roles in the access token that it filters away', async () => {
      const { access } = await told(
        ofTenant({ name: 'roles', source: { from: 'roles' }, matching: 'shop-*' }),
      )
      expect(access).not.toHaveProperty('roles')
      expect((await told({})).access.roles).toEqual(['admin'])
    })
  })

  describe('asked for by name', () => {
    const asked = (at: Provider, scope: string) =>
      at.code({ scope, claims: JSON.stringify({ id_token: { [TIER]: null } }) })
    const idToken = async (change: Changes, scope = 'openid') => {
      const at = provider.with(change)
      const code = codeForm(await asked(at, scope))
      return decodeJwt((await (await at.post('/token', code, basic())).json()).id_token)
    }
    const atUserinfo = { places: new Set(['userinfo'] as const) }

    test('it is had by who may ask for its scope', async () => {
      expect((await idToken(ofTenant({ ...atUserinfo, scope: 'phone' })))[TIER]).toBe('gold')
    })

    test('what a declaration filters away stays away', async () => {
      const source = { from: 'roles' } as const
      const filtered = { name: 'roles', scope: 'phone', source, matching: 'shop-*' }
      const at = provider.with(ofTenant(filtered))
      const request = { scope: 'openid', claims: JSON.stringify({ userinfo: { roles: null } }) }
      const form = codeForm(await at.code(request))
      const { access_token } = await (await at.post('/token', form, basic())).json()
      const userinfo = await (await at.get('/userinfo', bearer(access_token))).json()
      expect(userinfo).toEqual({ sub: 'sub-alice' })
    })

    test('and by nobody else', async () => {
      expect(await idToken(ofTenant({ ...atUserinfo, scope: 'secret' }))).not.toHaveProperty([TIER])
      expect(await idToken(ofTenant(atUserinfo))).not.toHaveProperty([TIER])
    })
  })

  test('discovery lists those that a client can see', async () => {
    const claims = [mapping(), mapping({ name: 'hidden', places: new Set(['access_token']) })]
    const at = provider.with({ tenant: { claims } })
    const document = await (await at.get('/.well-known/openid-configuration')).json()
    expect(document.claims_supported).toContain(TIER)
    expect(document.claims_supported).not.toContain('hidden')
  })
})
