import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSops, sopsFile } from '../../src/config/sops/index.ts'
import { aFolder } from '../support/folder.ts'
import { anAgeKey, encrypted, type PlainMap, written } from '../support/sops.ts'

const key = await anAgeKey()
const FILE = 'prod.enc.yaml'
const VALUES = { acme: 'canary' }

async function lookedUp(path: string, { file = FILE, text }: { file?: string; text: string }) {
  const [loaded] = loadSops('/', [file], { [file]: text }).values()
  if (loaded === undefined) throw new Error(file)
  return (await sopsFile(loaded, [key.identity]))(path)
}

/** Never more than a breath: each of these ends at once, with what to do. */
describe('more than is read', () => {
  const sops = '\nsops: { mac: x, lastmodified: y }\n'

  test.for([
    { what: 'documents', text: `a: b${sops}${'---\n'.repeat(200)}`, says: 'than 100 documents' },
    { what: 'ends of documents', text: `a: b${sops}${'...\n'.repeat(200)}`, says: '100 documents' },
    {
      what: 'values, in documents that are small enough each',
      text: `a: b${sops}${`---\na: [${'x,'.repeat(60_000)}]\n`.repeat(2)}`,
      says: '100000 values',
    },
    { what: 'values', text: `a: [${'x,'.repeat(100_001)}]${sops}`, says: '100000 values' },
    {
      what: 'pairs of a dotenv file',
      file: 'prod.enc.env',
      text: Array.from({ length: 100_002 }, (_, number) => `a${number}=x\n`).join(''),
      says: '100000 values',
    },
  ])('$what', async ({ file = 'prod.enc.yaml', text, says }) => {
    expect(await lookedUp('a', { file, text })).toMatchObject({
      code: 'TIDP1310',
      message: expect.stringContaining(says),
      hint: expect.stringContaining('in several files'),
    })
  })

  test('keys that would take long to try', async () => {
    const tree = await encrypted(VALUES, { for: [key] })
    const { age, ...metadata } = tree.sops as PlainMap
    const [one] = age as readonly PlainMap[]
    const of = (keys: readonly PlainMap[]) =>
      written(FILE, { ...tree, sops: { ...metadata, age: keys } })
    const long = { ...one, enc: `${one?.enc}${'x'.repeat(20_000)}` }
    expect(await lookedUp('acme', { text: of([long]) })).toMatchObject({
      code: 'TIDP1310',
      message: expect.stringContaining('has a key of more than 16384 characters'),
    })
    const many = Array.from({ length: 101 }, () => ({ ...one }))
    expect(await lookedUp('acme', { text: of(many) })).toMatchObject({
      code: 'TIDP1310',
      message: expect.stringContaining('for 101 age keys; the limit is 100'),
    })
  })

  test('files, by their number and by their size', async () => {
    const folder = aFolder({ 'big.yaml': `#${'x'.repeat(9 * 1024 * 1024)}\n` })
    const refused = (files: readonly string[], carried = {}) =>
      [...loadSops(folder.path, files, carried)]
        .filter(([, { diagnostics }]) => diagnostics[0]?.code === 'TIDP0012')
        .map(([file, { diagnostics }]) => [file, diagnostics[0]?.message])
    const links = Array.from({ length: 5 }, (_, number) => `${number}.yaml`)
    for (const link of links) symlinkSync('big.yaml', join(folder.path, link))
    const bySize = refused(links)
    const carried = Object.fromEntries(
      Array.from({ length: 1002 }, (_, number) => [`${number}.json`, '{}']),
    )
    const byNumber = refused(Object.keys(carried), carried)
    folder.remove()
    expect(bySize).toEqual(
      ['3.yaml', '4.yaml'].map((file) => [
        file,
        `${file} is not opened: fromSops may name 32 MB together`,
      ]),
    )
    expect(byNumber.map(([file]) => file)).toEqual(['1000.json', '1001.json'])
  })
})
