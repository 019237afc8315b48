import { expect, test } from 'vitest'
import { type ImportRequest, importExport, productNamed } from '../../src/config/foreign/index.ts'
import { pathText } from '../../src/config/foreign/path.ts'
import { EXPORTS } from '../support/foreign/index.ts'

const SEED = Number(process.env.SEED ?? 7)
const CLIENTS = process.env.FULL === '1' ? 40 : 8

function imported(name: string, value: unknown, asked: Partial<ImportRequest> = {}) {
  const product = productNamed(name)
  if (product === undefined) throw new Error(name)
  const bytes = Buffer.from(JSON.stringify(value))
  const found = importExport(
    product,
    { file: 'export.json', bytes },
    { tenant: undefined, isDev: false, ...asked },
  )
  if (found.outcome === 'refused') throw new Error(JSON.stringify(found.diagnostics))
  return found.imported
}

type Path = readonly (string | number)[]
type Value = string | number | boolean | null | Value[] | { [name: string]: Value }

function* leavesOf(value: Value, path: Path = []): Generator<Path> {
  if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value))
      yield* leavesOf(member, [...path, Array.isArray(value) ? Number(name) : name])
  else if (value !== null && value !== '') yield path
}

/** Another value of the same type. */
function changed(value: Value, [name, ...rest]: Path): Value {
  if (name === undefined) {
    if (typeof value === 'boolean') return !value
    if (typeof value === 'number') return value + 7
    return value === 'true' ? 'false' : value === 'false' ? 'true' : `${String(value)}x`
  }
  if (Array.isArray(value))
    return value.map((each, index) => (index === name ? changed(each, rest) : each))
  const members = value as { [name: string]: Value }
  return { ...members, [name]: changed(members[name] ?? null, rest) }
}

/** Nothing vanishes: what can change without a change to the documents is on the list. */
test.for(EXPORTS)(
  '$product: each value is in the documents or on the list',
  { timeout: 120_000 },
  ({ product, make }) => {
    const value = JSON.parse(JSON.stringify(make(SEED, CLIENTS))) as Value
    const whole = imported(product, value)
    const before = JSON.stringify(whole)
    const listed = whole.notCarried.map(({ path }) => path)
    const isListed = (path: Path): boolean =>
      path.some((_, length) => listed.includes(pathText(path.slice(0, length + 1))))
    const leaves = [...leavesOf(value)]
    expect(leaves.length).toBeGreaterThan(80)
    const vanished = leaves
      .filter((path) => !isListed(path))
      .filter((path) => JSON.stringify(importedOr(product, changed(value, path))) === before)
    expect(vanished.map(pathText)).toEqual([])
  },
)

/** A value that makes it another product's file has not vanished. */
function importedOr(product: string, value: Value): unknown {
  try {
    return imported(product, value)
  } catch (error) {
    return String(error)
  }
}

test.for(EXPORTS)('$product: no secret is in a document or on the list', ({ product, make }) => {
  const { documents, notCarried } = imported(product, make(SEED, 100))
  expect(JSON.stringify([documents, notCarried])).not.toContain('canary')
})

test.for(EXPORTS)('$product: the same export is the same project', ({ product, make }) => {
  expect(imported(product, make(SEED, 20))).toEqual(imported(product, make(SEED, 20)))
})

const REALM = {
  realm: 'acme',
  accessTokenLifespan: 300,
  ssoSessionMaxLifespan: 36000,
  clients: [
    {
      clientId: 'Shop_Web',
      name: 'Shop',
      secret: 'canary',
      enabled: false,
      redirectUris: ['https://shop.example/cb', 'https://shop.example/*'],
      webOrigins: ['+'],
      implicitFlowEnabled: true,
      serviceAccountsEnabled: true,
      attributes: {
        'saml.authnstatement': 'true',
        'pkce.code.challenge.method': 'S256',
        'post.logout.redirect.uris': 'https://shop.example/bye',
        'some.other': 'x',
      },
      defaultClientScopes: ['profile', 'web-origins'],
      optionalClientScopes: ['offline_access'],
    },
  ],
  users: [{ username: 'alice' }],
}

test('what a client is made of, and what of it is told', () => {
  const { documents, notCarried, variables } = imported('keycloak', REALM)
  expect(documents.find(({ kind }) => kind === 'Application')?.value).toEqual({
    apiVersion: 'tokenidp.dev/v1',
    kind: 'Application',
    metadata: { tenant: 'acme', name: 'shop-web' },
    spec: {
      clientId: 'Shop_Web',
      type: 'web',
      displayName: 'Shop',
      disabled: true,
      consent: 'skip',
      tokens: { access: { ttl: '5m' }, refresh: { ttl: '10h', issue: 'always' } },
      redirectUris: ['https://shop.example/cb'],
      postLogoutRedirectUris: ['https://shop.example/bye'],
      corsOrigins: ['https://shop.example'],
      corsReason: 'as it was before the import',
      grants: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: ['openid', 'profile', 'offline_access'],
      clientAuth: { secrets: [{ id: 'imported', value: { fromEnv: 'ACME_SHOP_WEB_SECRET' } }] },
    },
  })
  expect(variables).toEqual([
    { name: 'ACME_SHOP_WEB_SECRET', address: 'Application/acme/shop-web', value: 'canary' },
  ])
  expect(notCarried.map(({ path, was }) => `${path}: ${was}`)).toEqual([
    'clients[0].redirectUris[1]: "https://shop.example/*": a wildcard',
    'clients[0].implicitFlowEnabled: the implicit flow',
    'clients[0].attributes["saml.authnstatement"]: a setting of SAML',
    'clients[0].attributes["some.other"]: a text',
    'clients[0].defaultClientScopes[1]: the client scope web-origins',
    'users: people, with the hashes of their passwords',
  ])
})
