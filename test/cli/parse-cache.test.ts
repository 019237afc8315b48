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
  { when: 'only its owner may write it', mode: 0o600, believed: true },
  { when: 'others may write it, too', mode: 0o666, believed: false },
])('what is remembered of documents is believed when $when', async ({ mode, believed }) => {
  const root = project(aProject({ 'many.yaml': many }))
  const home = project({})
  const run = (command: string) =>
    tokenidpHere([command, '-C', root], { env: { XDG_CACHE_HOME: home } })
  expect(await run('validate')).toMatchObject({ code: 0 })
  const folder = join(home, 'tokenidp')
  const [name = ''] = readdirSync(folder)
  const path = join(folder, name)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('worker-7"', 'impostor-7"'))
  chmodSync(path, mode)
  const { stdout } = await run('render')
  expect(stdout.includes('impostor-7')).toBe(believed)
})
