import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type ConfigurationRequest, readConfiguration } from '../../src/config/index.ts'
import type { CachedFile } from '../../src/config/parse-cache.ts'
import { project, write } from '../support/cli.ts'
import { document, joined } from '../support/documents.ts'

const CASES = new URL('cases/', import.meta.url)
const EXAMPLES = new URL('../../config-examples/', import.meta.url)

function aCache() {
  const files = new Map<string, CachedFile>()
  const sound = new Set<string>()
  let hits = 0
  return {
    files,
    hits: () => hits,
    isSound: (digest: string) => sound.has(digest),
    keepSound: (digest: string) => void sound.add(digest),
    get(digest: string) {
      const found = files.get(digest)
      if (found !== undefined) hits += 1
      return found
    },
    put: (digest: string, file: CachedFile) =>
      void files.set(digest, JSON.parse(JSON.stringify(file))),
  }
}

/** All that a person or a database would see of it, places included. */
function seen(from: string, cache?: ReturnType<typeof aCache>, environment?: string) {
  const read = readConfiguration({
    from,
    ...(cache ? { cache } : {}),
    ...(environment === undefined ? {} : { environment }),
  })
  if (read.outcome === 'no-project') return read
  const state = read.outcome === 'valid' ? read.state : undefined
  return JSON.parse(
    JSON.stringify({
      outcome: read.outcome,
      diagnostics: read.diagnostics,
      objects: state?.objects.map((object) => ({ ...object, scopes: object.placeOf('scopes') })),
      refactor: state?.refactor,
    }),
  )
}

const folders = [
  ...readdirSync(CASES).map((name) => new URL(`${name}/`, CASES).pathname),
  ...['minimal', 'quickstart'].map((name) => new URL(`${name}/`, EXAMPLES).pathname),
]

describe('documents that were read before', () => {
  test.for(folders)('%s: are understood as if they were read anew', (folder) => {
    const cache = aCache()
    const first = seen(folder, cache)
    expect(first).toEqual(seen(folder))
    expect(seen(folder, cache)).toEqual(first)
  })

  test('are taken from the cache', () => {
    const cache = aCache()
    const folder = new URL('multi-tenant/', EXAMPLES).pathname
    const before = readConfiguration({ from: folder, environment: 'dev', cache })
    expect(cache.files.size).toBeGreaterThan(0)
    expect(readConfiguration({ from: folder, environment: 'dev', cache }).outcome).toBe(
      before.outcome,
    )
    expect(cache.hits()).toBe(cache.files.size)
  })

  test('mean in each environment what they mean there', () => {
    const cache = aCache()
    const folder = new URL('multi-tenant/', EXAMPLES).pathname
    for (const environment of ['dev', 'prod', 'dev', 'prod'])
      expect(seen(folder, cache, environment)).toEqual(seen(folder, undefined, environment))
    expect(cache.hits()).toBeGreaterThan(0)
    expect(JSON.stringify([...cache.files.values()])).not.toContain('north.test')
  })

  test('are kept without a secret', () => {
    const cache = aCache()
    for (const folder of folders) seen(folder, cache)
    const kept = JSON.stringify([...cache.files.values()])
    expect(kept).not.toMatch(/"kind":"(User|Project|Environment)"/)
    expect(kept).not.toMatch(/"secrets":\[\{[^}]*"value":"/)
  })
})

describe('documents in which nothing was found before', () => {
  const FILES = {
    'tokenidp.yaml': joined(
      document('Project', { name: 'shop' }, 'vars: { host: { type: string, external: true } }'),
      ...['dev', 'test'].map((name) =>
        document(
          'Environment',
          { name },
          `kind: production\npublicUrl: https://id.example\nvars: { host: "${name === 'dev' ? 'web' : '*'}.example" }`,
        ),
      ),
    ),
    'acme.yaml': document('Tenant', { name: 'acme' }, 'displayName: Acme'),
    'web.yaml': document(
      'Application',
      { tenant: 'acme', name: 'web' },
      `
type: web
redirectUris:
  - https://\${var.host}/callback
  - { textFrom: { file: callback.txt } }
clientAuth: { secrets: [{ id: a, value: { fromEnv: A }, expiresAt: 2027-01-31T00:00:00Z }] }
`,
    ),
    'callback.txt': 'https://web.example/other',
  }
  const then = Date.parse('2026-06-01T00:00:00Z') / 1000
  const codes = (request: ConfigurationRequest) => {
    const read = readConfiguration({ environment: 'dev', now: then, ...request })
    return read.outcome === 'no-project' ? [] : read.diagnostics.map(({ code }) => code)
  }
  const external = (value: string) => ({ flags: new Map([['host', value]]), process: new Map() })

  test.for<{
    what: string
    files?: Readonly<Record<string, string>>
    request?: Partial<ConfigurationRequest>
    code: string
  }>([
    {
      what: 'a document',
      files: { 'web.yaml': FILES['web.yaml'].replace('/callback', '/*') },
      code: 'TIDP2010',
    },
    {
      what: 'another document',
      files: { 'more.yaml': FILES['acme.yaml'] },
      code: 'TIDP1201',
    },
    {
      what: 'a file that a document takes as text',
      files: { 'callback.txt': 'https://*.example/other' },
      code: 'TIDP2010',
    },
    { what: 'the environment', request: { environment: 'test' }, code: 'TIDP2010' },
    {
      what: 'a value that is given',
      request: { given: external('*.example') },
      code: 'TIDP2010',
    },
    {
      what: 'a value that the process has',
      request: {
        given: { flags: new Map(), process: new Map([['TOKENIDP_VAR_HOST', '*.example']]) },
      },
      code: 'TIDP2010',
    },
    { what: 'the day', request: { now: then + 365 * 86_400 }, code: 'TIDP2080' },
  ])('$code is found where $what is another', ({ files, request, code }) => {
    const root = project(FILES)
    const cache = aCache()
    expect(codes({ from: root, cache })).toEqual([])
    for (const [name, text] of Object.entries(files ?? {})) write(root, name, text)
    expect(codes({ from: root, cache, ...request })).toContain(code)
  })

  test('are not looked at again', () => {
    const wide = FILES['web.yaml'].replace('/callback', '/*')
    const cache = { ...aCache(), isSound: () => true }
    expect(codes({ from: project({ ...FILES, 'web.yaml': wide }), cache })).toEqual([])
  })
})
