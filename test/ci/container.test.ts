import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { VARIABLES } from '../../src/cli/environment.ts'
import { project, ROOT } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { all, copies, dockerfile, environment, type Stage, words } from '../support/dockerfile.ts'
import { freePort } from '../support/free-port.ts'
import { ran, recipe, SECRET, SHOP, started } from '../support/pipeline.ts'
import { applied } from '../support/serving.ts'

const [build, final, ...others] = dockerfile() as [Stage, Stage]

test('the image is built in one stage and shipped in another, which has nothing to build with', () => {
  const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  expect(others).toEqual([])
  expect(build.base).toBe(`node:${devDependencies.node}-bookworm-slim`)
  expect(final.base).toMatch(/^gcr\.io\/distroless\/cc-debian12:nonroot$/)
  expect(all(final, 'RUN')).toEqual([])
  expect([...all(final, 'ADD'), ...all(build, 'ADD')]).toEqual([])
  expect(copies(final).flatMap(({ target }) => target)).not.toContain('/app/src')
})

test('it runs as somebody who is not root, and its commands need no shell', () => {
  expect(all(final, 'USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  for (const name of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'])
    expect(words(final, name).length).toBeGreaterThan(0)
  const names = Object.keys(environment(final)).filter((name) => name.startsWith('TOKENIDP_'))
  for (const name of names) expect(Object.keys(VARIABLES)).toContain(name)
  expect(names.filter((name) => /KEY|SECRET|URL/.test(name))).toEqual([])
})

test('what is copied is there, and is not left out of the context', () => {
  const ignored = readFileSync(
    `${ROOT}config-examples/ci/container/Dockerfile.dockerignore`,
    'utf8',
  )
  const [first, ...allowed] = ignored.trim().split('\n')
  expect(first).toBe('*')
  const taken = [...copies(build), ...copies(final)].filter(({ from }) => from === undefined)
  for (const source of taken.flatMap(({ sources }) => sources)) {
    expect(existsSync(join(ROOT, source)), source).toBe(true)
    expect(allowed).toContain(`!${source}`)
  }
})

/** What the base has: glibc, the C++ library and that of the compiler. */
const LIBRARIES = /^(linux-vdso|ld-linux[\w-]*|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s))\.so\b/

test('Node and what it loads need no library that the base has not', () => {
  const addons = [
    'better-sqlite3/prebuilds/linux-x64.node',
    '@node-rs/argon2-linux-x64-gnu/argon2.linux-x64-gnu.node',
  ]
  for (const file of [process.execPath, ...addons.map((name) => `${ROOT}node_modules/${name}`)]) {
    const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8' })
    const needed = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().replace(/^.*\/(?=ld-)/, ''))
    expect(needed.length).toBeGreaterThan(3)
    expect(needed.filter((name) => !LIBRARIES.test(name))).toEqual([])
  }
})

/** Where the image has what is here. */
const here = (word: string): string =>
  word.replace('/usr/local/bin/node', process.execPath).replace('/app/', ROOT)

test('it serves, and its health check says so, and says when it does no more', async () => {
  const root = project(SHOP)
  const url = `sqlite:${join(root, 'shop.db')}`
  await applied(root, url, { ACME_WEB_SECRET: SECRET })
  const port = await freePort()
  const env = {
    ...environment(final),
    TOKENIDP_LISTEN: `127.0.0.1:${port}`,
    TOKENIDP_DATABASE_URL: url,
    TOKENIDP_MASTER_KEY: MASTER_KEY,
  }
  const empty = project({})
  const [program = '', ...rest] = [...words(final, 'ENTRYPOINT'), ...words(final, 'CMD')].map(here)
  const server = started([program, ...rest], empty, env)
  onTestFinished(async () => void (await server.end('SIGKILL')))
  const health = () => ran(words(final, 'HEALTHCHECK').map(here), empty, env)
  await expect.poll(health).toMatchObject({ code: 0 })
  await server.end('SIGTERM')
  expect(await health()).toMatchObject({ code: 1 })
})

interface Compose {
  readonly services: Readonly<Record<string, Service>>
}

interface Service {
  readonly command?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly build?: { readonly dockerfile: string }
}

test('its services can write nothing and have no rights, and their secrets are files', () => {
  const { services } = recipe('container/compose.yaml') as Compose
  for (const { build: made, ...service } of [services.apply, services.serve].filter(
    (each) => each !== undefined,
  )) {
    expect(existsSync(join(ROOT, made?.dockerfile ?? ''))).toBe(true)
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
    for (const [name, value] of Object.entries(service.environment)) {
      expect(Object.keys(VARIABLES)).toContain(name)
      expect(value).toMatch(/^\/(run\/secrets\/|config$)/)
    }
  }
})
