import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeDurably } from '../../src/cli/write-durably.ts'
import { project } from '../support/cli.ts'

test.for([
  { mode: undefined, found: 0o600 },
  { mode: 0o644, found: 0o644 },
])('a file that was not there has mode $mode', ({ mode, found }) => {
  const path = join(project({}), 'new')
  writeDurably(path, 'all of it: 注文\n', mode)
  expect(readFileSync(path, 'utf8')).toBe('all of it: 注文\n')
  expect(statSync(path).mode & 0o777).toBe(found)
})

test('one that is there stays as it is', () => {
  const root = project({ taken: 'somebody else’s' })
  expect(() => writeDurably(join(root, 'taken'), 'mine')).toThrow('EEXIST')
  expect(readFileSync(join(root, 'taken'), 'utf8')).toBe('somebody else’s')
})

test('nothing is left of one that cannot be finished', () => {
  const path = join(project({}), 'new')
  expect(() => writeDurably(path, 'a half', -1)).toThrow('out of range')
  expect(existsSync(path)).toBe(false)
})
