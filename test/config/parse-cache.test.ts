import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readConfiguration } from '../../src/config/index.ts'
import type { CachedFile } from '../../src/config/parse-cache.ts'

const CASES = new URL('cases/', import.meta.url)
const EXAMPLES = new URL('../../config-examples/', import.meta.url)

function aCache() {
  const files = new Map<string, CachedFile>()
  let hits = 0
  return {
    files,
    hits: () => hits,
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
