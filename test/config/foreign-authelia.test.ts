import { describe, expect, test } from 'vitest'
import { importExport, productNamed } from '../../src/config/foreign/index.ts'

/** A configuration with these clients, as Authelia reads it. */
function imported(clients: readonly object[], lifespans: object = {}) {
  const product = productNamed('authelia')
  if (product === undefined) throw new Error('authelia')
  const session = { cookies: [{ authelia_url: 'https://auth.acme.example' }] }
  const value = { session, identity_providers: { oidc: { lifespans, clients } } }
  const source = { file: 'configuration.yml', bytes: Buffer.from(JSON.stringify(value)) }
  const found = importExport(product, source, { tenant: 'acme', isDev: false })
  if (found.outcome === 'refused') throw new Error(JSON.stringify(found.diagnostics))
  return found.imported
}

const specsOf = ({ documents }: ReturnType<typeof imported>) =>
  documents.filter(({ kind }) => kind === 'Application').map(({ value }) => value.spec)

const SHOP = {
  client_id: 'Shop_Web',
  client_name: 'Shop',
  client_secret: '$plaintext$canary',
  authorization_policy: 'one_factor',
  redirect_uris: ['https://shop.example/cb', 'https://shop.example/*'],
  scopes: ['openid', 'offline_access'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code', 'code id_token'],
  consent_mode: 'implicit',
  require_pushed_authorization_requests: true,
  require_pkce: false,
}

test('what a client is made of, and what of it is told', () => {
  const found = imported([SHOP], { access_token: '10m', refresh_token: '90m' })
  expect(found.isWithoutUrl).toBe(false)
  expect(specsOf(found)).toEqual([
    {
      clientId: 'Shop_Web',
      type: 'web',
      displayName: 'Shop',
      par: 'required',
      consent: 'skip',
      tokens: { access: { ttl: '10m' }, refresh: { idle: '90m' } },
      redirectUris: ['https://shop.example/cb'],
      scopes: ['openid', 'offline_access'],
      clientAuth: {
        method: 'client_secret_basic',
        secrets: [{ id: 'imported', value: { fromEnv: 'ACME_SHOP_WEB_SECRET' } }],
      },
    },
  ])
  expect(found.variables).toEqual([
    { name: 'ACME_SHOP_WEB_SECRET', address: 'Application/acme/shop-web', value: 'canary' },
  ])
  const client = 'identity_providers.oidc.clients[0]'
  expect(found.notCarried.map(({ path, was }) => `${path}: ${was}`)).toEqual([
    'session.cookies[0].authelia_url: the issuer that applications know',
    `${client}.redirect_uris[1]: "https://shop.example/*": a wildcard`,
    `${client}.response_types[1]: the response type "code id_token"`,
    `${client}.require_pkce: PKCE as it pleases`,
  ])
})

test('a file of before 4.38 is the same project', () => {
  const { client_id: id, client_name: description, client_secret: secret, ...rest } = SHOP
  expect(imported([{ id, description, secret, ...rest }]).documents).toEqual(
    imported([SHOP]).documents,
  )
})

test.for([
  '$pbkdf2-sha512$310000$canary$canary',
  '$argon2id$v=19$m=65536,t=3,p=4$canary$canary',
  '$2b$12$canary',
  '{{ secret "/canary" }}',
])('the secret %s is told of, and its variable is yours to set', (secret) => {
  const { documents, notCarried, variables } = imported([{ ...SHOP, client_secret: secret }])
  expect(variables).toMatchObject([{ name: 'ACME_SHOP_WEB_SECRET', value: undefined }])
  expect(notCarried.map(({ path }) => path)).toContain(
    'identity_providers.oidc.clients[0].client_secret',
  )
  expect(JSON.stringify([documents, notCarried])).not.toContain('canary')
})

describe('a second factor and a policy', () => {
  test.for([
    { policy: undefined, at: '', was: 'a second factor' },
    { policy: 'two_factor', at: '.authorization_policy', was: 'a second factor' },
    { policy: 'staff', at: '.authorization_policy', was: 'who may sign in' },
  ])('that is called $policy is told of', ({ policy, at, was }) => {
    const { notCarried } = imported([{ ...SHOP, authorization_policy: policy }])
    expect(notCarried).toContainEqual(
      expect.objectContaining({
        path: `identity_providers.oidc.clients[0]${at}`,
        was: expect.stringContaining(was),
      }),
    )
  })
})

describe('a length of time', () => {
  test.for([
    { written: '1h30m', ttl: '90m' },
    { written: '1 hour and 30 minutes', ttl: '90m' },
    { written: 300, ttl: '5m' },
    { written: '300', ttl: '5m' },
    { written: '1 day', ttl: '1d' },
    { written: '2 months', ttl: undefined },
    { written: 'soon', ttl: undefined },
    { written: -1, ttl: undefined },
  ])('$written is $ttl', ({ written, ttl }) => {
    const found = imported([SHOP], { access_token: written })
    expect(specsOf(found)).toMatchObject([ttl === undefined ? {} : { tokens: { access: { ttl } } }])
    expect(JSON.stringify(found.notCarried).includes('lifespans')).toBe(ttl === undefined)
  })

  test('of a name counts for whoever has it, and the others keep theirs', () => {
    const lifespans = {
      access_token: '10m',
      id_token: '20m',
      custom: { short: { access_token: '1m' } },
    }
    const found = imported(
      [
        { ...SHOP, lifespan: 'short' },
        { ...SHOP, client_id: 'b' },
      ],
      lifespans,
    )
    expect(specsOf(found)).toMatchObject([
      { tokens: { access: { ttl: '1m' }, id: { ttl: '20m' } } },
      { tokens: { access: { ttl: '10m' }, id: { ttl: '20m' } } },
    ])
  })
})
