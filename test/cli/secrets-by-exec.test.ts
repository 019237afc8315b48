import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { printedBy } from '../../src/cli/secrets/exec.ts'
import { project, running, write } from '../support/cli.ts'
import { aProject, worker } from '../support/documents.ts'
import { tokenidpHere } from '../support/in-process.ts'

const NODE = process.execPath

/** A program that leaves a trace, then prints. */
const script = (file: string): string =>
  `require('node:fs').appendFileSync(${JSON.stringify(file)}, 'x'); console.log('canary-printed')`

const allowing = (tokenidp: string): string =>
  tokenidp.replace('  name: shop\n', '  name: shop\nspec:\n  secrets:\n    allow: [exec]\n')

interface Shop {
  readonly root: string
  readonly command: readonly string[]
  readonly trace: string
  readonly times: () => number
}

function aShop(
  commandOf = (trace: string): readonly string[] => [NODE, '-e', script(trace)],
): Shop {
  const trace = join(project({}), 'trace')
  const command = commandOf(trace)
  const reference = JSON.stringify({ fromExec: { command } })
  const files = aProject({ 'alice.yaml': '' })
  const root = project({
    ...files,
    'tokenidp.yaml': allowing(files['tokenidp.yaml'] ?? ''),
    'worker.yaml': worker(reference),
    'second.yaml': worker(reference).replaceAll('worker', 'second'),
  })
  const times = () => (existsSync(trace) ? readFileSync(trace, 'utf8').length : 0)
  return { root, command, trace, times }
}

const allow = (...commands: readonly (readonly string[])[]) => ({
  TOKENIDP_EXEC_ALLOW: JSON.stringify(commands),
})

describe('a secret that a program prints', () => {
  test('is fetched once for all who refer to it, and never shown', async () => {
    const { root, command, times } = aShop()
    const run = (...words: string[]) =>
      tokenidpHere([...words, '-C', root], { env: allow(['op', '*'], command) })
    const applied = await run('apply', '--auto-approve', '-v')
    expect(applied).toMatchObject({ code: 0 })
    expect(times()).toBe(1)
    const planned = await run('plan')
    expect(planned.stdout).toContain('No changes')
    expect(applied.stdout + applied.stderr + planned.stdout).not.toContain('canary')
  })

  test('runs nothing where no value is needed, whatever is allowed', async () => {
    const { root, command, times } = aShop()
    const lines = ['validate', 'render', 'graph', 'fmt', 'fix --dry-run', 'plan --no-secrets']
    for (const line of [...lines, `diff --base ${root}`]) {
      const ran = await tokenidpHere([...line.split(' '), '-C', root], { env: allow(command) })
      expect(ran, line).toMatchObject({ code: 0 })
    }
    expect(times()).toBe(0)
  })

  test.for([
    { when: 'nothing is allowed', env: () => ({}) },
    { when: 'another is allowed', env: () => allow(['op', 'read', 'x']) },
    { when: 'its program alone is allowed', env: () => allow([NODE]) },
    {
      when: 'an option stands for *',
      env: ([, , code = '']: readonly string[]) => allow([NODE, '*', code]),
    },
    {
      when: 'any program is allowed',
      env: ([, ...words]: readonly string[]) => allow(['*', ...words]),
    },
  ])('is not asked for when $when', async ({ env }) => {
    const { root, command, times } = aShop()
    const ran = await tokenidpHere(['plan', '-C', root], { env: env(command) })
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(ran.stderr).toMatch(/TIDP1314.*TOKENIDP_EXEC_ALLOW does not name/)
    expect(times()).toBe(0)
  })

  test('what it is told to allow is one word of a shell', async () => {
    const { root } = aShop(() => ['op', "'; touch /tmp/x; '"])
    const { stderr } = await tokenidpHere(['plan', '-C', root], { env: {} })
    expect(stderr).toContain(`TOKENIDP_EXEC_ALLOW='[["op","'\\''; touch /tmp/x; '\\''"]]'`)
  })

  test('a project does not allow it by what it holds alone', async () => {
    const { root, command, times } = aShop()
    write(root, 'tokenidp.yaml', aProject()['tokenidp.yaml'] ?? '')
    const ran = await tokenidpHere(['plan', '-C', root], { env: allow(command) })
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('TIDP2090')
    expect(times()).toBe(0)
  })

  test.for(['{', '{}', '[[]]', '[["op", 1]]', '"op read"'])(
    '64 when %s is allowed',
    async (text) => {
      const { root, times } = aShop()
      const ran = await tokenidpHere(['plan', '-C', root], { env: { TOKENIDP_EXEC_ALLOW: text } })
      expect(ran.code).toBe(64)
      expect(ran.stderr).toContain('TOKENIDP_EXEC_ALLOW is not a list of commands')
      expect(times()).toBe(0)
    },
  )

  test('a program of the repository is passed over, also by a name', async () => {
    const { root, trace } = aShop((file) => ['get-secret', file])
    write(root, 'bin/get-secret', `#!/bin/sh\necho x > "$1"\n`)
    chmodSync(join(root, 'bin/get-secret'), 0o755)
    const env = { ...allow(['get-secret', '*']), PATH: `bin:${root}/bin:${dirname(NODE)}` }
    const ran = await tokenidpHere(['plan', '-C', root], { env })
    expect(ran.stderr).toMatch(/TIDP1315.*no program get-secret outside of the repository/)
    expect(existsSync(trace)).toBe(false)
  })
})

describe('a program by its name', () => {
  const printedWith = async (root: string, command: readonly string[], PATH: string) => {
    const variables = { ...allow(command), PATH }
    const found = await printedBy(new Map([['it', command]]), { variables, root })
    return found.get('it')
  }

  test('is not what a link of the repository calls so', async () => {
    const root = project({ 'evil.sh': 'echo canary' })
    mkdirSync(join(root, 'bin'))
    for (const link of ['bin/op', 'op']) symlinkSync('/bin/sh', join(root, link))
    const command = ['op', join(root, 'evil.sh')]
    for (const folder of [join(root, 'bin'), root])
      expect(await printedWith(root, command, `${folder}:/usr/bin`)).toMatchObject({
        code: 'TIDP1315',
        message: expect.stringContaining('no program op outside of the repository'),
      })
    expect(await printedWith(root, [join(root, 'bin/op'), 'evil.sh'], '')).toMatchObject({
      code: 'TIDP1315',
    })
  })

  test('finds no other program in the repository', async () => {
    const root = project({ 'bin/x': '' })
    const found = await printedWith(
      root,
      ['/bin/sh', '-c', 'echo "$PATH"'],
      `${root}/bin:bin::${root}:/usr/bin:/bin`,
    )
    expect(found).toBe('/usr/bin:/bin\n')
  })

  test.for([
    { what: 'a NUL', word: 'a\0b' },
    { what: 'more than the system takes', word: 'a'.repeat(300_000) },
  ])('is not started with $what', async ({ word }) => {
    expect(await printedWith(project({}), ['/bin/echo', word], '/bin')).toMatchObject({
      code: 'TIDP1315',
      message: expect.stringContaining('cannot be started'),
    })
  })
})

/** A grandchild that is heard to live, over a connection that ends with it, and what its parent does then. */
async function aGrandchild(then: string) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const connected = once(server, 'connection') as Promise<[Socket]>
  const { port } = server.address() as AddressInfo
  const code = `require('node:net').connect(${port}, '127.0.0.1', () => process.send('here')); setInterval(() => {}, 9e5)`
  const words = `['-e', ${JSON.stringify(code)}], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] }`
  return {
    code: `require('node:child_process').spawn(process.execPath, ${words}).once('message', () => { ${then} })`,
    ended: connected.then(([socket]) => once(socket.on('error', () => {}).resume(), 'close')),
    lives: connected,
  }
}

describe('what a command starts ends with it', () => {
  test.for([
    { when: 'it takes too long', code: 'setInterval(() => {}, 9e5)', timeoutMs: 3000 },
    { when: 'it is gone before', code: 'process.exit(0)', timeoutMs: 3000 },
    {
      when: 'it prints too much',
      code: 'process.stdout.write("x".repeat(99_000))',
      timeoutMs: 10_000,
    },
  ])('when $when', async ({ code, timeoutMs }) => {
    const grandchild = await aGrandchild(code)
    const command = [NODE, '-e', grandchild.code]
    const running = { variables: allow(command), root: project({}), timeoutMs }
    const found = await printedBy(new Map([['it', command]]), running)
    expect(found.get('it')).toMatchObject({ code: 'TIDP1315' })
    await grandchild.ended
  })

  test('when somebody stops tokenidp', async () => {
    const grandchild = await aGrandchild('setInterval(() => {}, 9e5)')
    const { root, command } = aShop(() => [NODE, '-e', grandchild.code])
    const planning = running(['plan', '-C', root], { env: allow(command) })
    await grandchild.lives
    planning.kill('SIGTERM')
    expect(await planning.exited).toBe(143)
    await grandchild.ended
  })
})

describe('a command', () => {
  const printed = async (code: string, env: Record<string, string> = {}, timeoutMs = 10_000) => {
    const command = [NODE, '-e', code]
    const root = project({})
    const variables = { ...allow([NODE, '-e', code]), ...env }
    const found = await printedBy(new Map([['it', command]]), { variables, root, timeoutMs })
    return found.get('it')
  }

  test.for([
    { code: 'console.log("canary"); process.exit(3)', says: 'ended with 3' },
    { code: 'console.error("canary"); process.exit(1)', says: 'ended with 1' },
    { code: 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9e9)', says: 'SIGTERM' },
    { code: 'process.stdout.write("canary".repeat(20_000))', says: 'more than 65536 bytes' },
    { code: 'setInterval(() => process.stdout.write("canary"), 1)', says: 'did not end within' },
    { code: 'process.stdout.write(Buffer.from([0xff, 0xfe]))', says: 'printed no text' },
    { code: 'process.stdout.write("canary\\0")', says: 'printed no text' },
  ])('that does $code gives nothing: $says', async ({ code, says }) => {
    const found = await printed(code, {}, says.startsWith('did') ? 500 : 10_000)
    expect(found).toMatchObject({ code: 'TIDP1315', message: expect.stringContaining(says) })
    expect(JSON.stringify(found).replaceAll(code, '')).not.toMatch(/canary(?!"\)|\.|\\)/)
  })

  test('gets only what was named, in no folder of the project, and no input', async () => {
    const env = {
      PATH: '/usr/bin',
      TOKENIDP_MASTER_KEY: 'canary',
      VAULT_TOKEN: 'token',
      TOKENIDP_EXEC_ENV: 'VAULT_ADDR, VAULT_TOKEN',
    }
    const code =
      'console.log(JSON.stringify([Object.keys(process.env).sort(), process.cwd(), require("node:fs").readFileSync(0, "utf8")]))'
    const found = await printed(code, env)
    expect(typeof found).toBe('string')
    const [names, folder, input] = JSON.parse(String(found))
    expect({ names, folder, input }).toEqual({
      names: ['PATH', 'VAULT_TOKEN'],
      folder: '/',
      input: '',
    })
  })
})
