import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfiguration } from '../../src/config/index.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tokenidp-config-'))
  write('tokenidp.yaml', PROJECT)
})

afterEach(() => rmSync(root, { recursive: true }))

const PROJECT = `apiVersion: tokenidp.dev/v1
kind: Project
metadata: { name: files }
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

const user = (claim: string): string => `apiVersion: tokenidp.dev/v1
kind: User
metadata: { tenant: acme, name: alice }
spec: { claims: { note: ${claim} } }
`

const write = (file: string, text: string | Buffer): void => writeFileSync(join(root, file), text)

function found() {
  const read = readConfiguration({ from: root })
  if (!('diagnostics' in read)) return [read.outcome]
  return read.diagnostics.map(({ code, at }) => `${code} ${at.file}:${at.line}:${at.column}`)
}

describe('files that cannot be taken', () => {
  test.for([
    { what: '20 MB', text: `# ${'x'.repeat(20 * 1024 * 1024)}`, finds: 'TIDP0012 a.yaml:1:1' },
    {
      what: 'Latin-1',
      text: Buffer.from('a: 1\nb: caf\xe9\n', 'latin1'),
      finds: 'TIDP0002 a.yaml:2:7',
    },
    { what: 'UTF-16', text: Buffer.from('\ufeffa: 1\n', 'utf16le'), finds: 'TIDP0002 a.yaml:1:1' },
    { what: 'a control character', text: 'a: 1\nb: \x07\n', finds: 'TIDP0002 a.yaml:2:4' },
    {
      what: '65 levels',
      text: `a: ${'['.repeat(65)}${']'.repeat(65)}`,
      finds: 'TIDP0008 a.yaml:1:67',
    },
    { what: '50,000 open brackets', text: '['.repeat(50_000), finds: 'TIDP0008 a.yaml:1:1' },
    { what: '100,001 nodes', text: `a: [${'1,'.repeat(100_001)}]`, finds: 'TIDP0008 a.yaml:1:1' },
    { what: 'an escaped NUL', text: user('"a\\0b"'), finds: 'TIDP0014 a.yaml:4:25' },
    { what: 'half a surrogate pair', text: user('"\\ud800"'), finds: 'TIDP0014 a.yaml:4:25' },
    { what: 'not a number', text: user('.nan'), finds: 'TIDP0009 a.yaml:4:25' },
  ])('$what', ({ text, finds }) => {
    write('a.yaml', text)
    expect(found()).toEqual([finds])
  })

  test('a link to nothing', () => {
    symlinkSync('nowhere.yaml', join(root, 'a.yaml'))
    expect(found()).toEqual(['TIDP0011 a.yaml:1:1'])
  })

  test('a link that leaves the project', () => {
    symlinkSync('/etc/hostname', join(root, 'a.yaml'))
    expect(found()).toEqual(['TIDP0013 a.yaml:1:1'])
  })

  test('a link to a folder is told, not followed', () => {
    symlinkSync('/etc', join(root, 'linked'))
    expect(found()).toEqual(['TIDP0013 linked:1:1'])
  })
})

describe('files that are taken', () => {
  test('a byte order mark is no part of the text', () => {
    write('a.yaml', `\ufeff${user('x')}`)
    expect(found()).toEqual([])
  })

  test('Windows line ends', () => {
    write('a.yaml', user('x').replaceAll('\n', '\r\n'))
    expect(found()).toEqual([])
  })

  test('node_modules and what begins with a dot are not read', () => {
    for (const folder of ['node_modules', '.git']) {
      mkdirSync(join(root, folder))
      write(`${folder}/a.yaml`, 'not: a document\n')
    }
    expect(found()).toEqual([])
  })

  test('the project is found from a folder inside it', () => {
    mkdirSync(join(root, 'deep/er'), { recursive: true })
    expect(readConfiguration({ from: join(root, 'deep/er') }).outcome).toBe('valid')
  })
})

describe('validate [paths]', () => {
  test('tells only what concerns the named files', () => {
    write('a.yaml', user('.nan'))
    write('b.yaml', user('.inf'))
    const read = readConfiguration({ from: root, paths: [join(root, 'b.yaml')] })
    expect('diagnostics' in read && read.diagnostics.map(({ at }) => at.file)).toEqual(['b.yaml'])
  })

  test('a named file that does not exist is an error', () => {
    const read = readConfiguration({ from: root, paths: [join(root, 'none.yaml')] })
    expect('diagnostics' in read && read.diagnostics.map(({ code }) => code)).toEqual(['TIDP0011'])
  })
})
