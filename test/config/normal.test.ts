import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/base/json.ts'
import { addressOf } from '../../src/config/desired-state.ts'
import { readConfiguration, readProject } from '../../src/config/index.ts'
import { DEVICE_CODE } from '../../src/model/application.ts'
import { selfSigned } from '../support/certificate.ts'

const BASE = `apiVersion: tokenidp.dev/v1
kind: Project
metadata: { name: normal }
spec: { listen: '127.0.0.1:4001', database: { url: 'sqlite:here.db' } }
---
apiVersion: tokenidp.dev/v1
kind: Environment
metadata: { name: dev }
spec: { kind: dev, publicUrl: 'http://127.0.0.1:4000' }
---
apiVersion: tokenidp.dev/v1
kind: Tenant
metadata: { name: acme }
`

function inFolder<T>(files: Readonly<Record<string, string>>, work: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'tokenidp-normal-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
    return work(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** The specs of these documents in normal form, by address. */
function specsOf(files: Readonly<Record<string, string>>) {
  const read = inFolder({ 'tokenidp.yaml': BASE, ...files }, (from) => readConfiguration({ from }))
  if (read.outcome !== 'valid') throw new Error(JSON.stringify(read))
  return new Map(read.state.objects.map((object) => [addressOf(object), object.spec]))
}

const application = (spec: string): string => `apiVersion: tokenidp.dev/v1
kind: Application
metadata: { tenant: acme, name: web }
spec: ${spec}
`

const normalOf = (spec: string): string =>
  canonicalJson(specsOf({ 'web.yaml': application(spec) }).get('Application/acme/web') ?? {})

const PLAIN = 'type: spa, redirectUris: [https://b.example/, https://a.example/]'

describe('one normal form for one meaning', () => {
  test.for([
    ['the order of a set', 'type: spa, redirectUris: [https://a.example/, https://b.example/]'],
    ['a default that is written', `${PLAIN}, clientId: web, pkce: required, consent: required`],
    [
      'an empty set that is written',
      `${PLAIN}, scopes: [], postLogoutRedirectUris: [], onwardOrigins: []`,
    ],
    ['another unit', `${PLAIN}, tokens: { code: { ttl: 1m }, id: { ttl: 900s } }`],
    ['pushing and signing as one likes', `${PLAIN}, par: optional, requestObject: {}`],
    ['a signature that is not required', `${PLAIN}, requestObject: { required: false }`],
    ['the type’s own grants and method', `${PLAIN}, grants: [authorization_code], clientAuth: {}`],
  ])('%s makes no difference', ([, spec]) => {
    expect(normalOf(`{ ${spec} }`)).toBe(normalOf(`{ ${PLAIN} }`))
  })

  test.for([
    'tokens: { code: { ttl: 59s } }',
    'par: required',
    'requestObject: { algorithm: ES256 }',
    `requestObject: { required: true }, jwksUri: 'https://a.example/keys'`,
  ])('%s makes a difference', (more) => {
    expect(normalOf(`{ ${PLAIN}, ${more} }`)).not.toBe(normalOf(`{ ${PLAIN} }`))
  })

  test.for([
    { spec: '{}', normal: undefined },
    { spec: '{ par: optional }', normal: undefined },
    { spec: '{ par: required }', normal: 'required' },
  ])('a tenant of $spec has par $normal', ({ spec, normal }) => {
    const south = `apiVersion: tokenidp.dev/v1\nkind: Tenant\nmetadata: { name: south }\nspec: ${spec}\n`
    expect(specsOf({ 'south.yaml': south }).get('Tenant/south')?.par).toBe(normal)
  })

  test('documents in one file, in many, and in any order', () => {
    const one = application(`{ ${PLAIN} }`)
    const two = one.replace('name: web', 'name: app')
    const inOne = specsOf({ 'a.yaml': `${two}---\n${one}` })
    const inTwo = specsOf({ 'z.yaml': two, 'b.yaml': one })
    expect([...inTwo]).toEqual([...inOne])
  })
})

test('an environment has its authorities as text, because servers do not see the file', () => {
  const { cert } = selfSigned()
  const wanted = "outbound: { allow: [b.internal, 'a.internal:8443'], ca: ca.pem }"
  const project = BASE.replace("4000' }", `4000', ${wanted} }`)
  const spec = specsOf({ 'tokenidp.yaml': project, 'ca.pem': cert }).get('Environment/dev')
  expect(spec?.outbound).toEqual({ allow: ['a.internal:8443', 'b.internal'], ca: cert.trim() })
})

test.for([
  ['spa', 'none', ['authorization_code']],
  ['native', 'none', ['authorization_code', 'refresh_token']],
  ['web', 'client_secret', ['authorization_code', 'refresh_token']],
  ['machine', 'client_secret', ['client_credentials']],
  ['device', 'none', ['refresh_token', DEVICE_CODE]],
] as const)('an application of type %s has safe defaults', ([type, method, grants]) => {
  const isPublic = method === 'none'
  const secrets = isPublic ? '' : ', clientAuth: { secrets: [{ id: a, value: b }] }'
  const redirect = type === 'machine' ? '' : ', redirectUris: [https://a.example/]'
  const normal = JSON.parse(normalOf(`{ type: ${type}${redirect}${secrets} }`))
  expect(normal).toMatchObject({
    clientId: 'web',
    pkce: 'required',
    grants,
    clientAuth: { method },
  })
})

test('the environment that was not chosen is no part of the state', () => {
  const other = `---\napiVersion: tokenidp.dev/v1\nkind: Environment\nmetadata: { name: prod }\nspec: { kind: production, publicUrl: 'https://id.example' }\n`
  const read = inFolder({ 'tokenidp.yaml': BASE + other }, (from) =>
    readConfiguration({ from, environment: 'prod' }),
  )
  expect(read).toMatchObject({ state: { environment: { name: 'prod', kind: 'production' } } })
  expect('state' in read && read.state.objects.map(addressOf)).toEqual([
    'Environment/prod',
    'Project/normal',
    'Tenant/acme',
  ])
})

test.for([
  { wanted: undefined, meant: undefined },
  { wanted: 'prd', meant: 'prod' },
])('with several environments, $wanted has to be chosen', ({ wanted, meant }) => {
  const other = `---\napiVersion: tokenidp.dev/v1\nkind: Environment\nmetadata: { name: prod }\nspec: { kind: production, publicUrl: 'https://id.example' }\n`
  const read = inFolder({ 'tokenidp.yaml': BASE + other }, (from) =>
    readConfiguration({ from, ...(wanted === undefined ? {} : { environment: wanted }) }),
  )
  const environments = ['dev', 'prod']
  expect(read).toMatchObject({ outcome: 'choose-environment', environments, wanted, meant })
})

const settingsIn = (folder: string) => readProject(join(folder, 'tokenidp.yaml'))

test('the project file says where to listen, also when another document is broken', () => {
  const broken = BASE.replace('kind: Tenant', 'kind: Tennant')
  const read = inFolder({ 'tokenidp.yaml': broken }, settingsIn)
  expect(read?.project).toMatchObject({ listen: '127.0.0.1:4001', databaseUrl: 'sqlite:here.db' })
})

test('a misspelt setting of the project is told, not overlooked', () => {
  const read = inFolder({ 'tokenidp.yaml': BASE.replace('listen', 'lisen') }, settingsIn)
  expect(read?.project).toBeUndefined()
  expect(read?.diagnostics.map(({ code }) => code)).toEqual(['TIDP1101'])
})
