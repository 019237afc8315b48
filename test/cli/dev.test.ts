import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { project, running, tokenidp, write } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'

/** A running `dev` and the command it printed for a first token. */
async function developing(files = aProject()) {
  const root = project(files)
  const server = running(['dev', '--listen', '127.0.0.1:0', '-C', root])
  const [, credentials = '', url = ''] = await server.says(
    /curl -u '([^']+)' -d grant_type=client_credentials (\S+)/,
  )
  const token = (secret: string) =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`worker:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
  return { root, server, credentials, url, token }
}

test('dev prints issuer, user and a command that gets a token', async () => {
  const { server, credentials, url, token } = await developing()
  expect(credentials).toBe('worker:worker-secret')
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/acme\/token$/)
  expect(server.output()).toContain('alice@acme.example')
  expect((await token('worker-secret')).status).toBe(200)
  server.kill('SIGINT')
  expect(await server.exited).toBe(0)
})

test('a save is served without a restart, and a broken one changes nothing', async () => {
  const { root, server, token } = await developing()
  write(root, 'worker.yaml', worker('second-secret'))
  await server.says(/Applied revision 2/)
  await expect.poll(async () => (await token('second-secret')).status).toBe(200)

  write(root, 'worker.yaml', worker('third-secret').replace('orders:read', 'orders:raed'))
  await server.says(/worker\.yaml:\d+:\d+/)
  await server.says(/Still serving revision 2/)
  expect((await token('second-secret')).status).toBe(200)

  write(root, 'worker.yaml', worker('fourth-secret'))
  await server.says(/Applied revision 3/)
  await expect.poll(async () => (await token('fourth-secret')).status).toBe(200)
})

test('a file that a document names is watched like the document', async () => {
  const reading = worker().replace('displayName: Worker', NAMED).replaceAll('worker', 'reading')
  const other = worker('{ fromFile: secrets/other }').replaceAll('worker', 'other')
  const { root, server } = await developing({
    ...aProject(),
    'reading.yaml': reading,
    'other.yaml': other.replaceAll('secrets/worker', 'secrets/other'),
    'texts/name.txt': 'Reading',
    'secrets/other': 'canary-first',
  })
  write(root, 'texts/unnamed.md', 'nobody reads this')
  write(root, 'texts/name.txt', 'Reading on')
  await server.says(/Applied revision 2/)
  write(root, 'secrets/other', 'canary-second')
  await server.says(/Applied revision 3/)
  expect(server.output()).not.toContain('canary')
})

const NAMED = 'displayName: { textFrom: { file: texts/name.txt } }'

test('documents that are broken at the start are told, and a save mends them', async () => {
  const root = project(aProject({ 'worker.yaml': worker().replace('orders:read', 'orders:raed') }))
  const server = running(['dev', '--listen', '127.0.0.1:0', '-C', root])
  await server.says(/worker\.yaml:\d+:\d+[\s\S]*correct the documents and save/)
  write(root, 'worker.yaml', worker())
  await server.says(/curl -u 'worker:worker-secret'/)
})

test('no project at all ends at once', async () => {
  const ran = await tokenidp(['dev', '-C', project({})])
  expect(ran.code).toBe(64)
  expect(ran.stderr).toContain('tokenidp init')
})

test('what it keeps is its owner’s alone and invisible to git', async () => {
  const { root } = await developing()
  const directory = join(root, '.tokenidp')
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(directory))
    expect([name, statSync(join(directory, name)).mode & 0o077]).toEqual([name, 0])
  expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*\n')
  expect(existsSync(join(directory, 'master.key'))).toBe(true)
})

test('a production environment is refused', async () => {
  const production = (aProject()['tokenidp.yaml'] ?? '')
    .replace('kind: dev', 'kind: production')
    .replace('http://127.0.0.1:4000', 'https://id.acme.example')
  const files = {
    'tokenidp.yaml': production,
    'acme.yaml': aProject()['acme.yaml'] ?? '',
    'worker.yaml': worker('{ fromEnv: WORKER_SECRET }'),
  }
  const ran = await tokenidp(['dev', '-C', project(files)], { env: { WORKER_SECRET: 'x' } })
  expect(ran.code).toBe(64)
  expect(ran.stderr).toContain('tokenidp serve')
})
