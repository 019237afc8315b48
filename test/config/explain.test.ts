import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CODES } from '../../src/config/codes.ts'
import { readConfiguration } from '../../src/config/index.ts'
import { aFolder } from '../support/folder.ts'
import { tokenidpHere } from '../support/in-process.ts'

const PAGES = new URL('../../explain/', import.meta.url)
const codes = Object.entries(CODES)

interface Example {
  readonly info: string
  readonly text: string
}

const pageOf = (code: string) => readFileSync(new URL(`${code}.md`, PAGES), 'utf8')

/** The fenced blocks of a page: first the wrong one, then the right one. */
const examplesOf = (page: string): readonly Example[] =>
  [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => ({
    info,
    text,
  }))

const head = (kind: string, name: string): string =>
  `apiVersion: tokenidp.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`

const AROUND = {
  Project: head('Project', 'shop'),
  Environment: `${head('Environment', 'prod')}spec: { kind: production, publicUrl: 'https://id.acme.example' }\n`,
  Tenant: head('Tenant', 'acme'),
}

/** 2026-05-01T00:00:00Z */
const NOW = 1_777_593_600

/** The codes that are found in an example, with what it leaves out around it. */
function foundIn({ info, text }: Example): readonly string[] {
  const isAlone = info.includes('alone')
  const absent = Object.entries(AROUND).filter(
    ([kind]) => !isAlone && !text.includes(`kind: ${kind}\n`),
  )
  const around = absent.map(([, document]) => document).join('---\n')
  const isWhole = isAlone || text.includes('kind: Project\n')
  const folder = aFolder(
    isWhole
      ? { 'tokenidp.yaml': `${text}---\n${around}` }
      : { 'tokenidp.yaml': around, 'example.yaml': text },
  )
  const read = readConfiguration({ from: folder.path, now: NOW })
  folder.remove()
  return 'diagnostics' in read ? [...new Set(read.diagnostics.map(({ code }) => code))] : []
}

/** What goes wrong outside of documents is shown as commands; bad-documents.test.ts and others do it. */
const OUTSIDE = ['TIDP0002', 'TIDP0011', 'TIDP0012', 'TIDP0013', 'TIDP1301', 'TIDP1302']
const OUTSIDE_TOO = ['TIDP1303', 'TIDP3080', 'TIDP4101', 'TIDP4102']
const OF_SECRETS = [1310, 1311, 1312, 1313, 1314, 1315].map((number) => `TIDP${number}`)

describe('tokenidp explain', () => {
  test('there is a page for every code, and no other', () => {
    expect(readdirSync(PAGES).sort()).toEqual(codes.map(([code]) => `${code}.md`).sort())
  })

  test.for(codes)('%s: %s', ([code, title]) => {
    const page = pageOf(code)
    const [bad, good, ...others] = examplesOf(page)
    const [heading, means, matters, wrong] = page.split('\n\n')
    expect(heading).toBe(`# ${code}: ${title}`)
    expect([means, matters]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/[.)]$/)])
    expect(wrong).toBe('## Wrong')
    expect(others).toEqual([])
    if (bad?.info.startsWith('yaml'))
      expect([foundIn(bad), good && foundIn(good)]).toEqual([[code], []])
    else expect([...OUTSIDE, ...OUTSIDE_TOO, ...OF_SECRETS]).toContain(code)
  })

  test.for([
    { what: 'TIDP2014', says: /^# TIDP2014: [\s\S]*## Wrong[\s\S]*## Right/ },
    { what: 'tidp2014', says: /^# TIDP2014: / },
    { what: '2014', says: /^# TIDP2014: / },
    {
      what: 'Application.spec.grants',
      says: /^# Application\.spec\.grants\n[\s\S]*one of: authorization_code/,
    },
    {
      what: 'application.tokens.access',
      says: /^# Application\.spec\.tokens\.access\n[\s\S]*fields: ttl/,
    },
    { what: 'claims[0].name', says: /^# Tenant\.spec\.claims\.name\n[\s\S]*# Application\.spec\./ },
    { what: 'Tenant', says: /^# Tenant\n[\s\S]*fields: apiVersion/ },
  ])('tokenidp explain $what', async ({ what, says }) => {
    const ran = await tokenidpHere(['explain', what])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).toMatch(says)
  })

  test.for([
    { what: 'TIDP2041x', next: 'tokenidp explain TIDP2041' },
    { what: 'Aplication', next: 'tokenidp explain Application' },
    { what: 'no such thing', next: 'for instance tokenidp explain TIDP1203' },
  ])('tokenidp explain $what asks what was meant', async ({ what, next }) => {
    const ran = await tokenidpHere(['explain', what])
    expect(ran).toMatchObject({ code: 64, stdout: '' })
    expect(ran.stderr).toContain(`next: ${next}`)
  })
})
