import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { project } from '../support/cli.ts'
import { aProject, joined, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const many = joined(
  ...Array.from({ length: 400 }, (_, index) =>
    worker('{ fromEnv: SECRET }').replaceAll('worker', `worker-${index}`),
  ),
)

test.for([
  { when: 'only its owner may write it', mode: 0o600, code: 3 },
  { when: 'others may write it, too', mode: 0o666, code: 0 },
])('what is remembered of documents is believed when $when', async ({ mode, code }) => {
  const root = project(aProject({ 'many.yaml': many }))
  const home = project({})
  const run = () => tokenidpHere(['validate', '-C', root], { env: { XDG_CACHE_HOME: home } })
  expect(await run()).toMatchObject({ code: 0 })
  const folder = join(home, 'tokenidp')
  const [name = ''] = readdirSync(folder)
  const path = join(folder, name)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('orders:read', 'orders:steal'))
  chmodSync(path, mode)
  expect(await run()).toMatchObject({ code })
})
