import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { decryptSops } from 'sops-age'
import { describe, expect, test } from 'vitest'
import { loadSops, sopsFile } from '../../src/config/sops/index.ts'
import { aFolder } from '../support/folder.ts'
import {
  anAgeKey,
  type Encrypting,
  encrypted,
  type PlainMap,
  sopsText,
  written,
} from '../support/sops.ts'

const key = await anAgeKey()
const other = await anAgeKey()

const VALUES = {
  acme: {
    web: { old: 'canary-old', new: 'canary "new" – ü\n' },
    'with.dot': 'canary-dot',
    list: ['canary-one', { deep: 'canary-deep' }, ['canary-inner']],
    port: 8080,
    ratio: 0.25,
    tiny: 1.5e-9,
    isOn: true,
    nothing: null,
    empty: '',
    team_unencrypted: 'checkout',
  },
  ten: 'canary-ten',
  two: 'canary-two',
}

const FLAT = { WEB_SECRET: 'canary-web', SECOND: 'two\nlines', sum: '1', plain_unencrypted: 'x' }

const FORMATS = [
  { file: 'prod.enc.yaml', fileType: 'yaml', values: VALUES },
  { file: 'prod.enc.json', fileType: 'json', values: VALUES },
  { file: 'prod.enc.env', fileType: 'env', values: FLAT },
] as const

/** A value of a file in a folder. */
async function oneOf(root: string, file: string, path: string, keys = [key.identity]) {
  const [loaded] = loadSops(root, [file]).values()
  if (loaded === undefined) throw new Error(file)
  return (await sopsFile(loaded, keys))(path)
}

/** Looks up a path in a file with this text, with these keys at hand. */
async function lookedUp(
  path: string,
  {
    file = 'prod.enc.yaml',
    text,
    keys = [key.identity],
  }: { file?: string; text: string; keys?: string[] },
) {
  const folder = aFolder({ [file]: text })
  try {
    return await oneOf(folder.path, file, path, keys)
  } finally {
    folder.remove()
  }
}

const leavesOf = (node: unknown, path: readonly string[] = []): (readonly [string, unknown])[] => {
  if (typeof node !== 'object' || node === null) return [[path.join('.'), node]]
  return Object.entries(node).flatMap(([name, each]) =>
    leavesOf(each, [...path, name.replaceAll('.', '\\.')]),
  )
}

const isSecretAt = (path: string, plain: unknown): boolean =>
  !path.endsWith('_unencrypted') && plain !== null && plain !== ''

/** As SOPS writes them. */
const AS_TEXT: Readonly<Record<string, string>> = {
  'acme.isOn': 'True',
  'acme.tiny': '0.0000000015',
}

describe.each(FORMATS)('a file of SOPS in $fileType', ({ file, fileType, values }) => {
  test('gives its values here and to another implementation', async () => {
    const text = await sopsText(file, values, { for: [other, key] })
    const theirs: unknown = await decryptSops(text, { secretKey: key.identity, fileType })
    expect(theirs).toEqual(values)
    for (const [path, plain] of leavesOf(values))
      expect(await lookedUp(path, { file, text }), path).toEqual(
        isSecretAt(path, plain)
          ? (AS_TEXT[path] ?? String(plain))
          : expect.objectContaining({ code: 'TIDP1313' }),
      )
  })

  test('opens for whoever has one of its keys, among others', async () => {
    const text = await sopsText(file, values, { for: [key, other] })
    const path = fileType === 'env' ? 'WEB_SECRET' : 'acme.web.old'
    const keys = ['AGE-SECRET-KEY-1MISTYPED', (await anAgeKey()).identity, other.identity]
    expect(await lookedUp(path, { file, text, keys })).toMatch(/^canary/)
  })
})

describe('what SOPS leaves readable', () => {
  test.for<{ how: Omit<Encrypting, 'for'> }>([
    { how: { encryptedRegex: '^old$' } },
    { how: { encryptedRegex: '^old$', macOnlyEncrypted: true } },
    { how: { unencryptedSuffix: 'new' } },
    { how: { unencryptedSuffix: 'new', lastModified: '2026-04-30T12:00:00+02:00' } },
  ])('is no secret: $how', async ({ how }) => {
    const text = await sopsText('prod.enc.yaml', VALUES, { for: [key], ...how })
    expect(await lookedUp('acme.web.old', { text })).toBe('canary-old')
    expect(await lookedUp('acme.web.new', { text })).toMatchObject({
      code: 'TIDP1313',
      message: expect.stringContaining('is not encrypted'),
    })
  })
})

const [YAML] = FORMATS

describe('a file that was changed gives nothing', () => {
  const acme = (tree: PlainMap) => tree.acme as PlainMap & { readonly web: PlainMap }
  const sops = (tree: PlainMap) => tree.sops as PlainMap

  test.for<{ what: string; how?: Omit<Encrypting, 'for'>; change: (tree: PlainMap) => PlainMap }>([
    {
      what: 'a value was moved',
      change: (tree) => ({
        ...tree,
        acme: { ...acme(tree), 'with.dot': acme(tree).web.old ?? '' },
      }),
    },
    {
      what: 'a value was cut',
      change: (tree) => ({
        ...tree,
        ten: String(tree.ten).replace(/data:..../, 'data:AAAA'),
      }),
    },
    {
      what: 'a tag is short',
      change: (tree) => ({ ...tree, ten: String(tree.ten).replace(/tag:[^,]+/, 'tag:AAAA') }),
    },
    {
      what: 'a type is another',
      change: (tree) => ({ ...tree, ten: String(tree.ten).replace('type:str', 'type:int') }),
    },
    {
      what: 'a value is of an unknown type',
      change: (tree) => ({ ...tree, ten: String(tree.ten).replace('type:str', 'type:odd') }),
    },
    { what: 'a value was taken away', change: ({ two: _, ...tree }) => tree },
    { what: 'a value was added', change: (tree) => ({ ...tree, more: 'x' }) },
    {
      what: 'a readable value is another',
      change: (tree) => ({ ...tree, acme: { ...acme(tree), team_unencrypted: 'evil' } }),
    },
    {
      what: 'elements of a list changed places',
      change: (tree) => {
        const { list } = acme(tree)
        return {
          ...tree,
          acme: { ...acme(tree), list: Array.isArray(list) ? list.toReversed() : [] },
        }
      },
    },
    {
      what: 'it says that it was written at another time',
      change: (tree) => ({
        ...tree,
        sops: { ...sops(tree), lastmodified: '2026-04-30T12:00:01Z' },
      }),
    },
    {
      what: 'the MAC is said to be of another kind',
      change: (tree) => ({ ...tree, sops: { ...sops(tree), mac_only_encrypted: true } }),
    },
    { what: 'the MAC is of nothing', how: { mac: '' }, change: (tree) => tree },
    {
      what: 'the MAC is one of its values',
      change: (tree) => ({ ...tree, sops: { ...sops(tree), mac: tree.ten ?? '' } }),
    },
  ])('$what', async ({ how, change }) => {
    const tree = change(await encrypted(YAML.values, { for: [key], ...how }))
    for (const path of ['acme.web.old', 'acme.web.new']) {
      const found = await lookedUp(path, { text: written(YAML.file, tree) })
      expect(found).toMatchObject({ code: 'TIDP1312' })
      expect(JSON.stringify(found)).not.toContain('canary')
    }
  })
})

describe('what is told', () => {
  test.for([
    { path: 'acme.wbe.old', message: 'there is no "acme.wbe"', hint: 'did you mean "acme.web"?' },
    { path: 'zzzzzz', message: 'there is no "zzzzzz"', hint: 'there is acme, ' },
    { path: 'acme.web', message: '"acme.web" in prod.enc.yaml is not one value', hint: 'old, new' },
    { path: 'acme.list.7', message: 'there is no "acme.list.7"', hint: 'acme.list.0' },
    { path: 'acme.web.old.x', message: 'there is no "acme.web.old.x"', hint: 'nothing below it' },
    { path: 'sops.mac', message: 'there is no "sops"', hint: 'there is ' },
    { path: '__proto__', message: 'there is no "__proto__"', hint: 'there is ' },
  ])('of $path', async ({ path, message, hint }) => {
    const text = await sopsText(YAML.file, YAML.values, { for: [key] })
    const found = await lookedUp(path, { text })
    expect(found).toMatchObject({
      code: 'TIDP1313',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
    expect(JSON.stringify(found)).not.toContain('canary')
  })

  test.for([
    { what: 'plain YAML', text: 'a: canary', code: 'TIDP1310', says: 'not a file that SOPS' },
    { what: 'broken YAML', text: 'a: [canary', code: 'TIDP1310', says: 'not a file that SOPS' },
    { what: 'a list', text: '- canary', code: 'TIDP1310', says: 'not a file that SOPS' },
    { what: 'nothing', text: '', code: 'TIDP1310', says: 'not a file that SOPS' },
    { what: 'bytes', text: '\u0000\u0001', code: 'TIDP1310', says: 'not a file that SOPS' },
    { what: 'too deep', text: '['.repeat(5_000), code: 'TIDP1310', says: 'not a file that SOPS' },
    {
      what: 'an alias bomb',
      text: `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (name) => `${name}: &${name} [${`*${String.fromCharCode(name.charCodeAt(0) - 1)},`.repeat(10)}]\n`)}sops: { mac: x, lastmodified: y }`,
      code: 'TIDP1310',
      says: 'not a file that SOPS',
    },
    {
      what: 'many aliases, each of which would take long to follow',
      text: `pad: [${'x,'.repeat(20_000)}]\na: &x canary\nb: [${'*x,'.repeat(20_000)}]\nsops: { mac: x, lastmodified: y }`,
      code: 'TIDP1310',
      says: 'not a file that SOPS',
    },
  ])('of a file with $what', async ({ text, code, says }) => {
    const found = await lookedUp('a', { text })
    expect(found).toMatchObject({ code, message: expect.stringContaining(says) })
    expect(JSON.stringify(found)).not.toContain('canary')
  })

  test('of keys', async () => {
    const text = await sopsText(YAML.file, YAML.values, { for: [key] })
    expect(await lookedUp('acme', { text, keys: [] })).toMatchObject({
      code: 'TIDP1311',
      hint: expect.stringContaining('SOPS_AGE_KEY_FILE'),
    })
    const wrong = await lookedUp('acme', { text, keys: [other.identity] })
    expect(wrong).toMatchObject({ code: 'TIDP1311', hint: expect.stringContaining(key.recipient) })
    expect(JSON.stringify(wrong)).not.toContain(other.identity)
    const beside = { kms: [{ arn: 'arn:aws:kms:x', enc: 'eA==' }], pgp: [{ fp: 'x', enc: 'y' }] }
    const theirs = await sopsText(YAML.file, YAML.values, { for: [], beside })
    expect(await lookedUp('acme', { text: theirs })).toMatchObject({
      code: 'TIDP1311',
      message: expect.stringContaining('only for PGP, AWS KMS'),
      hint: expect.stringContaining('fromExec'),
    })
    const shared = { key_groups: [{ age: [] }, { age: [] }], shamir_threshold: 2 }
    const split = await sopsText(YAML.file, YAML.values, { for: [key], beside: shared })
    expect(await lookedUp('acme', { text: split })).toMatchObject({ code: 'TIDP1310' })
  })

  test.for([
    { file: 'absent.yaml', says: 'it does not exist' },
    { file: '../outside.yaml', says: 'cannot read' },
    { file: '/etc/hostname', says: 'cannot read' },
    { file: '.', says: 'is not a regular file' },
  ])('of $file', async ({ file, says }) => {
    const folder = aFolder({ 'prod.enc.yaml': '' })
    const found = await oneOf(folder.path, file, 'a')
    folder.remove()
    expect(found).toMatchObject({ code: 'TIDP1310', message: expect.stringContaining(says) })
  })

  test('of a link that leads out of the project, and of a huge file', async () => {
    const text = await sopsText(YAML.file, YAML.values, { for: [key] })
    const outside = aFolder({ 'prod.enc.yaml': text })
    const folder = aFolder({ 'huge.yaml': `${text}#${'x'.repeat(10 * 1024 * 1024)}` })
    symlinkSync(join(outside.path, 'prod.enc.yaml'), join(folder.path, 'link.yaml'))
    const found = await Promise.all(
      ['link.yaml', 'huge.yaml'].map((file) => oneOf(folder.path, file, 'acme.web.old')),
    )
    outside.remove()
    folder.remove()
    expect(found).toMatchObject([
      { code: 'TIDP1310', message: expect.stringContaining('leads out of the project') },
      { code: 'TIDP1310', message: expect.stringContaining('the limit is 10') },
    ])
  })
})
