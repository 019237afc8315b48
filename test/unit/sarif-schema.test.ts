import { expect, test } from 'vitest'
import { sarifProblems } from '../support/sarif-schema.ts'

test('the published schema of SARIF refuses what is none', () => {
  const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'a' } }, results: [] }] }
  expect(sarifProblems(log)).toEqual([])
  const result = { message: { text: 'b' }, level: 'grave', partialFingerprints: { a: 1 } }
  expect(sarifProblems({ ...log, runs: [{ results: [result], more: 1 }] })).toEqual([
    expect.stringMatching(/^\/runs\/0 must have required property 'tool'/),
    expect.stringMatching(/^\/runs\/0 must NOT have additional properties/),
    expect.stringMatching(/^\/runs\/0\/results\/0\/level /),
    expect.stringMatching(/^\/runs\/0\/results\/0\/partialFingerprints\/a must be string/),
  ])
})
