import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))

// Without it npm configures a build that needs a compiler and Node's headers, and `npm i` drops it.
test('better-sqlite3 is installed from its own binaries', () => {
  expect(lock.packages['node_modules/better-sqlite3'].gypfile).toBe(false)
})

test('no address of a registry is written down', () => {
  expect(JSON.stringify(lock)).not.toMatch(/"resolved":"https?:/)
})
