import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/base/json.ts'
import type { DesiredState } from '../../src/config/desired-state.ts'
import { readConfiguration, resolveSecrets } from '../../src/config/index.ts'

function stateOf(example: string, environment: string): DesiredState {
  const from = new URL(`../../config-examples/${example}/`, import.meta.url).pathname
  const read = readConfiguration({ from, environment })
  if (read.outcome !== 'valid') throw new Error(`${example} is ${read.outcome}`)
  return read.state
}

const nothing = { readEnv: () => undefined, readFile: () => undefined }

test('all missing variables are told at once, each at its place', () => {
  const { diagnostics } = resolveSecrets(stateOf('multi-tenant', 'prod'), nothing)
  expect(diagnostics.map(({ code, message, at }) => `${code} ${at.file}: ${message}`)).toEqual([
    'TIDP1301 tenants/north/applications.yaml: the environment variable NORTH_SHOP_SECRET is not set',
    'TIDP1301 tenants/north/applications.yaml: the environment variable NORTH_STOCK_SYNC_SECRET is not set',
    'TIDP1301 tenants/south/tenant.yaml: the environment variable SOUTH_SHOP_SECRET is not set',
  ])
})

test('a variable that many need is told once, with some of the places', () => {
  const state = stateOf('multi-tenant', 'prod')
  const [needing] = state.objects.filter(({ secrets }) => secrets.length > 0)
  const objects = Array.from({ length: 9 }, (_, index) => ({ ...needing, name: `${index}` }))
  const many = { ...state, objects: objects as DesiredState['objects'] }
  const { diagnostics } = resolveSecrets(many, nothing)
  expect(diagnostics.map(({ related }) => related.map(({ message }) => message))).toEqual([
    ['needed here, too', 'needed here, too', 'needed here, too, and in 5 more places'],
  ])
})

test('an empty variable is not a secret', () => {
  const { diagnostics } = resolveSecrets(stateOf('multi-tenant', 'prod'), {
    ...nothing,
    readEnv: () => '',
  })
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['TIDP1303']))
})

test('a sample of a public document is no secret, outside of dev', () => {
  const sample = { ...nothing, readEnv: () => 'changeme' }
  const { diagnostics, secrets } = resolveSecrets(stateOf('multi-tenant', 'prod'), sample)
  expect(diagnostics.map(({ code }) => code)).toEqual(['TIDP2082', 'TIDP2082', 'TIDP2082'])
  expect(secrets.get('Application/north/shop')?.[0]?.value).toBeUndefined()
  expect(resolveSecrets(stateOf('multi-tenant', 'dev'), sample).diagnostics).toEqual([])
})

test('values come by the address of their object', () => {
  const { secrets, diagnostics } = resolveSecrets(stateOf('multi-tenant', 'prod'), {
    ...nothing,
    readEnv: (name) => `value of ${name}`,
  })
  expect(diagnostics).toEqual([])
  const [shop] = secrets.get('Application/north/shop') ?? []
  expect(shop?.value?.reveal()).toBe('value of NORTH_SHOP_SECRET')
  expect(shop?.declared.expiresAt).toBe(1_814_313_600)
})

test('a literal is in the desired state only as a Secret', () => {
  const state = stateOf('quickstart', 'dev')
  const printed = `${JSON.stringify(state)}${inspect(state, { depth: 10, showHidden: true })}`
  for (const value of ['web-secret', 'worker-secret', 'wonderland'])
    expect(printed).not.toContain(value)
  const { secrets } = resolveSecrets(state, nothing)
  expect(secrets.get('User/acme/alice')?.[0]?.value?.reveal()).toBe('wonderland')
  expect(canonicalJson(state.objects.map(({ spec }) => spec))).toContain('"from":"literal"')
})
