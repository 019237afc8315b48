import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { document, project, running, write } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { holdConfiguration } from '../support/locked.ts'
import { fromEnv, portable } from '../support/portable.ts'

type Line = Readonly<Record<string, unknown>>

const wrongIn = (line: Line): unknown => {
  const name = String(line.kind).replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
  const file = new URL(`../../schemas/output/${name.toLowerCase()}.json`, import.meta.url)
  const validate = new Ajv2020({ strictTypes: false }).compile(
    JSON.parse(readFileSync(file, 'utf8')),
  )
  return validate(line) ? undefined : validate.errors
}

/** Every line is a document of its published schema, and none says a secret. */
function linesOf(stdout: string): readonly Line[] {
  expect(stdout).not.toContain('canary')
  expect(stdout.endsWith('\n')).toBe(true)
  const lines: Line[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  for (const line of lines) expect(wrongIn(line), JSON.stringify(line)).toBeUndefined()
  return lines
}

const told = (lines: readonly Line[]): readonly string[] =>
  lines.map(({ kind, phase, state }) =>
    kind === 'ApplyPhase' ? `${phase} ${state}` : String(kind),
  )

const READ = ['read begun', 'read ended']
const PLANNED = ['plan begun', 'plan ended', 'Plan']

describe.each(databases)('apply -o json --stream on $engine', ({ newDatabase }) => {
  async function aShop() {
    const root = project(portable())
    const url = await newDatabase(root)
    const env = { TOKENIDP_DATABASE_URL: url, WORKER_SECRET: 'canary-secret' }
    const run = (...words: string[]) => tokenidpHere(words, { cwd: root, env })
    const stream = (...words: string[]) => run('apply', '-o', 'json', '--stream', ...words)
    return { root, url, env, run, stream }
  }

  test('tells phases, the plan, every change and the outcome, a line each', async () => {
    const { run, stream } = await aShop()
    const plan = document(await run('plan', '-o', 'json'))
    const ran = await stream('--auto-approve', '--wait')
    expect(ran.code).toBe(0)
    const lines = linesOf(ran.stdout)
    const outcome = lines.at(-1)
    const changes = outcome?.changes as Line[]
    expect(told(lines)).toEqual([
      ...READ,
      ...PLANNED,
      'apply begun',
      'apply ended',
      ...changes.map(() => 'AppliedChange'),
      'wait begun',
      'wait ended',
      'Apply',
    ])
    expect(lines.find(({ kind }) => kind === 'Plan')).toEqual(plan)
    expect(lines.filter(({ kind }) => kind === 'AppliedChange')).toMatchObject(
      changes.map((change) => ({ revision: 1, change })),
    )
    expect(outcome).toMatchObject({ kind: 'Apply', revision: 1, servers: [] })
    const again = await stream('--auto-approve')
    expect(told(linesOf(again.stdout))).toEqual([...READ, ...PLANNED, 'Apply'])
    const usual = document(await run('apply', '-o', 'json', '--auto-approve'))
    expect(linesOf(again.stdout).at(-1)).toEqual(usual)
  })

  test('tells what is left of a saved plan', async () => {
    const { run, stream } = await aShop()
    await run('plan', '--out', 'plan.json')
    await run('apply', '--auto-approve', '--target', 'Environment/dev')

    const lines = linesOf((await stream('plan.json')).stdout)
    expect(told(lines).slice(0, 5)).toEqual([...PLANNED, 'apply begun', 'apply ended'])
    expect(lines.filter(({ kind }) => kind === 'AppliedChange')).toHaveLength(4)
    expect(lines.at(-1)).toMatchObject({ kind: 'Apply', alreadyThere: ['Environment/dev'] })
  })

  test('ends with the error, and says of no change that it was applied', async () => {
    const { root, run, stream } = await aShop()
    await run('apply', '--auto-approve')
    await run('plan', '--out', 'plan.json')
    write(root, 'worker.yaml', '')
    const refused = await stream('--auto-approve', '--prune')
    expect(refused.code).toBe(5)
    expect(told(linesOf(refused.stdout))).toEqual([...READ, ...PLANNED, 'Error'])
    write(root, 'worker.yaml', 'kind: Nothing')
    const invalid = await stream('--auto-approve')
    expect(invalid.code).toBe(3)
    expect(told(linesOf(invalid.stdout))).toEqual(['read begun', 'read failed', 'Error'])
  })

  test('says nothing after its last word when it is interrupted', async () => {
    const { root, url, env, run } = await aShop()
    await run('apply', '--auto-approve')
    write(root, 'worker.yaml', fromEnv.replace('Worker', 'Night shift'))
    await holdConfiguration(url)
    const words = ['apply', '-o', 'json', '--stream', '--auto-approve']
    const child = running(words, { cwd: root, env })
    await child.says(/"phase":"apply","state":"begun"/)
    child.kill('SIGINT')
    expect(await child.exited).toBe(130)
    const printed = child.output().match(/^\{.*\n/gm) ?? []
    expect(told(linesOf(printed.join('')))).toEqual([...READ, ...PLANNED, 'apply begun', 'Error'])
  })

  test.for([
    { when: 'the output is text', words: [] },
    { when: 'the output is Markdown', words: ['-o', 'markdown'] },
    { when: 'a saved plan is applied as text', words: ['plan.json'] },
  ])('is refused where $when', async ({ words }) => {
    const { run } = await aShop()
    await run('plan', '--out', 'plan.json')
    const ran = await run('apply', '--auto-approve', '--stream', ...words)
    expect(ran.code).toBe(64)
    expect(ran.stderr).toContain('tokenidp apply -o json --stream')
    expect(document(await run('status', '-o', 'json'))).toMatchObject({ revision: 0 })
  })
})

test('TOKENIDP_OUTPUT asks for JSON as well, and a dry run comes to a plan', async () => {
  const root = project(portable())
  const env = {
    TOKENIDP_DATABASE_URL: `sqlite:${join(root, 'test.db')}`,
    TOKENIDP_OUTPUT: 'json',
    WORKER_SECRET: 'canary-secret',
  }
  const ran = await tokenidpHere(['apply', '--stream', '--dry-run'], { cwd: root, env })
  expect(ran.code).toBe(0)
  expect(told(linesOf(ran.stdout))).toEqual(['Plan'])
})
