import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, project, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { aProject } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const { 'tokenidp.yaml': head = '', ...objects } = aProject()

const withSpec = (spec: string): string =>
  head.replace('name: shop\n', `name: shop\nspec:\n  ${spec}\n`)

const files = (spec: string): Record<string, string> => ({
  'tokenidp.yaml': withSpec(spec),
  ...Object.fromEntries(Object.entries(objects).map(([name, text]) => [`tenants/${name}`, text])),
})

const edit = (root: string, file: string, change: (text: string) => string): void =>
  writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')))

const LOSSES: readonly {
  readonly what: string
  readonly lose: (root: string) => void
  /** The documents are refused before anything is compared. */
  readonly finds?: string
}[] = [
  { what: 'a file is gone', lose: (root) => rmSync(join(root, 'tenants/worker.yaml')) },
  { what: 'a file is empty', lose: (root) => write(root, 'tenants/worker.yaml', '') },
  {
    what: 'a file is commented out',
    lose: (root) => edit(root, 'tenants/worker.yaml', (text) => text.replace(/^/gm, '# ')),
  },
  {
    what: 'the folder is empty',
    lose: (root) => {
      for (const name of Object.keys(objects)) rmSync(join(root, 'tenants', name))
    },
    finds: 'TIDP0015',
  },
  {
    what: 'the folder is gone',
    lose: (root) => rmSync(join(root, 'tenants'), { recursive: true }),
    finds: 'TIDP0015',
  },
  {
    what: 'the pattern is misspelt',
    lose: (root) => edit(root, 'tokenidp.yaml', (text) => text.replace('tenants/', 'tenant/')),
    finds: 'TIDP0015',
  },
  {
    what: 'the pattern takes too little',
    lose: (root) => edit(root, 'tokenidp.yaml', (text) => text.replace('*.yaml', 'ac*.yaml')),
  },
]

const INCLUDE = 'include: ["tenants/*.yaml"]'

describe.each(databases)('nothing is deleted on $engine where', ({ newDatabase }) => {
  async function aShop(spec: string) {
    const root = project(files(spec))
    const env = { TOKENIDP_DATABASE_URL: await newDatabase(root) }
    const run = (...words: string[]) => tokenidpHere([...words, '-C', root], { env })
    const applied = await run('apply', '--auto-approve')
    expect(applied, applied.stderr).toMatchObject({ code: 0 })
    const live = async () => {
      const { objects, tombstones } = document(await run('status', '-o', 'json'))
      return { objects, tombstones }
    }
    return { root, run, live }
  }

  test.for(LOSSES)('$what', async ({ lose, finds }) => {
    const { root, run, live } = await aShop(INCLUDE)
    const before = await live()
    lose(root)
    const plain = await run('apply', '--auto-approve')
    const pruned = await run('apply', '--auto-approve', '--prune')
    if (finds === undefined) {
      expect(plain, plain.stderr).toMatchObject({ code: 0 })
      expect(plain.stderr).toMatch(/no longer in the documents, and still there/)
      expect(pruned, pruned.stderr).toMatchObject({ code: 5 })
      expect(pruned.stderr).toMatch(/nothing was applied[\s\S]*next: .*--max-deletes/)
    } else {
      expect([plain.code, pruned.code]).toEqual([3, 3])
      expect(pruned.stderr).toContain(finds)
    }
    expect(await live()).toEqual(before)
  })

  test('the whole project is empty, also where it prunes by itself', async () => {
    const { root, run, live } = await aShop('prune: owned')
    const before = await live()
    rmSync(join(root, 'tenants'), { recursive: true })
    expect(await run('plan', '--detailed-exitcode')).toMatchObject({ code: 2 })
    for (const more of [[], ['--prune'], ['--prune', '--max-deletes', '1']]) {
      const refused = await run('apply', '--auto-approve', ...more)
      expect(refused, refused.stderr).toMatchObject({ code: 5 })
      expect(await live()).toEqual(before)
    }
  })
})
