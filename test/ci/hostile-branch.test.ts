import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { project } from '../support/cli.ts'
import { aFolder } from '../support/folder.ts'
import type { Action, Workflow } from '../support/github-actions.ts'
import type { Template } from '../support/gitlab.ts'
import { tokenidpHere } from '../support/in-process.ts'
import { bash, type Env, ran, recipe, VERSION } from '../support/pipeline.ts'

/** A package of this name, as a registry has it: its program says whose it is. */
async function packed(whose: string): Promise<Buffer> {
  const folder = aFolder({
    'package.json': JSON.stringify({ name: 'tokenidp', version: VERSION, bin: 'run.js' }),
    'run.js': `#!/usr/bin/env node\nconsole.log(${JSON.stringify(whose)})\n`,
  })
  try {
    const ended = await ran(['npm', 'pack'], folder.path, { PATH, HOME: folder.path })
    expect(ended).toMatchObject({ code: 0 })
    return readFileSync(join(folder.path, `tokenidp-${VERSION}.tgz`))
  } finally {
    folder.remove()
  }
}

const node = process.execPath.replace(/\/[^/]+$/, '')
const PATH = `${node}:/usr/bin:/bin`

/** Two registries: that of the machine, and one of somebody else. Which were asked for what is kept. */
const asked: string[] = []
const server = createServer((request, response) => {
  const [, whose = '', , file] = request.url?.split('/') ?? []
  asked.push(whose)
  if (file !== undefined) return void response.end(packages.get(whose))
  const tarball = `${origin()}/${whose}/tokenidp/it.tgz`
  const version = { name: 'tokenidp', version: VERSION, bin: 'run.js', dist: { tarball } }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ name: 'tokenidp', versions: { [VERSION]: version } }))
})
const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const packages = new Map<string, Buffer>()

beforeAll(async () => {
  for (const whose of ['ours', 'theirs']) packages.set(whose, await packed(whose))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const hostile = (): string =>
  project({
    '.npmrc': `registry=${origin()}/theirs/\n`,
    'package.json': '{ "name": "x", "dependencies": { "tokenidp": "*" } }',
    'node_modules/tokenidp/package.json': `{ "name": "tokenidp", "version": "${VERSION}", "bin": "run.js" }`,
    'node_modules/tokenidp/run.js': '#!/usr/bin/env node\nconsole.log("theirs")\n',
    'node_modules/.bin/tokenidp': '#!/bin/sh\necho theirs\n',
  })

/** Each step in a shell of its own, where the branch is checked out. */
async function runAll(steps: readonly string[], given: Env = {}) {
  const runner = aFolder({ 'home/.npmrc': `registry=${origin()}/ours/\nfetch-retries=0\n` })
  onTestFinished(runner.remove)
  const temp = mkdtempSync(join(runner.path, 'temp-'))
  const prefix = join(runner.path, 'global')
  const env = {
    PATH: `${temp}/tokenidp/bin:${prefix}/bin:${PATH}`,
    HOME: join(runner.path, 'home'),
    TMPDIR: temp,
    npm_config_prefix: prefix,
    RUNNER_TEMP: temp,
    GITHUB_PATH: join(runner.path, 'path'),
    ...given,
  }
  const workspace = hostile()
  asked.length = 0
  const said: string[] = []
  for (const step of steps) {
    const { code, stdout, stderr } = await bash(step, workspace, env)
    expect({ step, code, stderr }).toMatchObject({ code: 0 })
    said.push(stdout)
  }
  return { said: said.join(''), registries: [...new Set(asked)] }
}

const runsOf = (steps: readonly { readonly run?: string }[]): readonly string[] =>
  steps.flatMap(({ run }) => run ?? [])

const theAction = () => runsOf((recipe('github/actions/tokenidp/action.yml') as Action).runs.steps)

describe('a branch with an .npmrc and a program of our name', () => {
  test('does not say what the action installs', async () => {
    const [install = ''] = theAction()
    const ended = await runAll([install, 'tokenidp'], { RELEASE: VERSION })
    expect(ended).toMatchObject({ said: expect.stringMatching(/ours\n$/), registries: ['ours'] })
  })

  test('does not say what the template for GitLab installs', async () => {
    const { default: all, variables } = recipe('gitlab/.gitlab-ci.yml') as Template
    const ended = await runAll([all.before_script.join('\n'), 'tokenidp'], variables)
    expect(ended).toMatchObject({ said: expect.stringMatching(/ours\n$/), registries: ['ours'] })
  })

  test.for(['validate', 'apply'])('does not say what the %s of init runs', async (name) => {
    const root = project({})
    expect(await tokenidpHere(['init', root])).toMatchObject({ code: 0 })
    const { jobs } = parse(readFileSync(join(root, 'ci/tokenidp.yml'), 'utf8')) as Workflow
    const ended = await runAll(runsOf(jobs[name]?.steps ?? []))
    expect(ended).toMatchObject({ said: expect.stringMatching(/ours\n$/), registries: ['ours'] })
    expect(ended.said).not.toContain('theirs')
  })
})

test.for(['npm:other@1.0.0', 'latest', '^0.1.0', '../tokenidp', '0.1.0 other', ''])(
  'the action installs no version that is called "%s"',
  async (RELEASE) => {
    const [install = ''] = theAction()
    const env = { PATH, HOME: project({}), npm_config_offline: 'true', RUNNER_TEMP: '/nowhere' }
    const ended = await bash(install, project({}), { ...env, RELEASE })
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('not an exact one') })
  },
)
