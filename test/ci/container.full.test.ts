import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ROOT } from '../support/cli.ts'
import { MASTER_KEY } from '../support/command.ts'
import { all, copies, dockerfile, environment, type Stage, words } from '../support/dockerfile.ts'
import { write } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { bash, type Env, ran, SECRET, SHOP, started } from '../support/pipeline.ts'

const [build, final] = dockerfile() as [Stage, Stage]

/** Docker itself is not needed: the same files, the same commands, as nobody whom this machine knows. */
describe('the image, put together as the Dockerfile says', () => {
  const top = mkdtempSync(join(tmpdir(), 'tokenidp-image-'))
  const first = join(top, 'build')
  const image = join(top, 'image')
  const scratch = join(top, 'tmp')
  afterAll(() => rmSync(top, { recursive: true, force: true }))

  beforeAll(async () => {
    chmodSync(top, 0o755)
    mkdirSync(scratch)
    chmodSync(scratch, 0o777)
    await built()
    for (const { from, sources, target } of copies(final))
      for (const source of sources) copy(whence(from, source), join(image, target))
    mkdirSync(join(image, 'config'))
    spawnSync('chmod', ['-R', 'a+rX,a-w', image])
  }, 300_000)

  async function built(): Promise<void> {
    for (const { sources, target } of copies(build))
      for (const source of sources)
        copy(join(ROOT, source), join(first, target.endsWith('/') ? source : target))
    // As the machine reaches the registry.
    const machine = Object.entries(process.env).map(([name, value = '']) => [name, value])
    const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
    const env = { ...Object.fromEntries(machine), PATH }
    for (const command of all(build, 'RUN')) {
      const { code, stderr } = await bash(command, first, env)
      expect(code, `${command}\n${stderr}`).toBe(0)
    }
  }

  const copy = (source: string, target: string): void =>
    cpSync(source, target, { recursive: true, dereference: source === process.execPath })

  const whence = (from: string | undefined, source: string): string => {
    if (from === undefined) return join(ROOT, source)
    return source.startsWith('/app/') ? join(first, source.slice('/app/'.length)) : process.execPath
  }

  /** Without a name, a home, a group, a right, and a folder that it may write to but one. */
  const inside = (given: readonly string[]): readonly string[] => {
    const [program = '', ...rest] = given.map((word) => word.replace(/^\/(?=usr|app)/, `${image}/`))
    const [user = '', group = ''] = all(final, 'USER').at(-1)?.split(':') ?? []
    const nobody = [
      'setpriv',
      '--reuid',
      user,
      '--regid',
      group,
      '--clear-groups',
      '--no-new-privs',
    ]
    const limits = [...nobody, '--inh-caps=-all', '--bounding-set=-all']
    return process.getuid?.() === 0 ? [...limits, program, ...rest] : [program, ...rest]
  }
  const PATH = '/usr/bin:/bin'
  const tokenidp = (args: readonly string[], env: Env = {}) =>
    ran(inside([...words(final, 'ENTRYPOINT'), ...args]), join(image, 'config'), {
      ...environment(final),
      PATH,
      TMPDIR: scratch,
      ...env,
    })

  test('has what runs and not what builds', () => {
    const found = readdirSync(join(image, 'app/node_modules'))
    expect(found).toContain('better-sqlite3')
    for (const name of ['typescript', 'vitest', 'node']) expect(found).not.toContain(name)
  })

  test('validates, plans, applies and serves for whom no file is writable', async () => {
    const documents = join(top, 'documents')
    for (const [name, text] of Object.entries(SHOP)) write(documents, name, text)
    expect(await tokenidp(['version'])).toMatchObject({ code: 0, stderr: '' })
    expect(await tokenidp(['validate', '-C', documents])).toMatchObject({ code: 0, stderr: '' })
    const url = `sqlite:${join(scratch, 'shop.db')}`
    const env = { TOKENIDP_DATABASE_URL: url, ACME_WEB_SECRET: SECRET }
    expect(await tokenidp(['apply', '--auto-approve', '-C', documents], env)).toMatchObject({
      code: 0,
    })
    expect(await tokenidp(['plan', '--detailed-exitcode', '-C', documents], env)).toMatchObject({
      code: 0,
    })

    const port = await freePort()
    const serving = {
      ...environment(final),
      ...env,
      PATH,
      TOKENIDP_LISTEN: `127.0.0.1:${port}`,
      TOKENIDP_MASTER_KEY: MASTER_KEY,
    }
    const program = inside([...words(final, 'ENTRYPOINT'), ...words(final, 'CMD')])
    const server = started(program, join(image, 'config'), serving)
    onTestFinished(async () => void (await server.end('SIGKILL')))
    const health = () => ran(inside(words(final, 'HEALTHCHECK')), join(image, 'config'), serving)
    await expect.poll(health).toMatchObject({ code: 0 })
    const answer = await fetch(`http://127.0.0.1:${port}/acme/.well-known/openid-configuration`)
    expect(answer.status).toBe(200)
    expect(await server.end('SIGTERM')).toBe(0)
  })
})
