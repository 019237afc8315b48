import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CODES } from '../../src/config/codes.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { render } from '../../src/config/render.ts'

const CASES = new URL('cases/', import.meta.url)

/** 2026-05-01T00:00:00Z */
const NOW = 1_777_593_600

const cases = readdirSync(CASES).sort()

/** What a person is told about the folder: the blocks of all its diagnostics. */
function toldAbout(name: string): string {
  const read = readConfiguration({ from: new URL(`${name}/`, CASES).pathname, now: NOW })
  if (read.outcome === 'no-project') return 'no project\n'
  const blocks = read.diagnostics.map((each) => render(each, read.sources.get(each.at.file)))
  return `${[read.outcome, ...blocks].join('\n\n')}\n`
}

test.for(cases)('%s', async (name) => {
  await expect(toldAbout(name)).toMatchFileSnapshot(new URL(`${name}/expected.txt`, CASES).pathname)
})

/** Those whose files cannot be kept in git, or whose world is not made of documents: see below and secrets.test.ts. */
const ELSEWHERE = ['TIDP0002', 'TIDP0008', 'TIDP0011', 'TIDP0012', 'TIDP0013', 'TIDP0014']

test('every code is shown by a case', () => {
  const shown = cases
    .map((name) => readFileSync(new URL(`${name}/expected.txt`, CASES), 'utf8'))
    .join('')
  const silent = Object.keys(CODES).filter((code) => !shown.includes(`[${code}]`))
  const ofCommands = ['TIDP3080', 'TIDP4101', 'TIDP4102']
  const ofFetched = [1310, 1311, 1312, 1313, 1314, 1315].map((number) => `TIDP${number}`)
  const tested = [...ELSEWHERE, ...ofFetched, 'TIDP1301', 'TIDP1302', 'TIDP1303', ...ofCommands]
  expect(silent.filter((code) => !tested.includes(code))).toEqual([])
})
