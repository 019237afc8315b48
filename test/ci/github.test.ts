import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { TEMPLATES } from '../../src/cli/template.ts'
import { behind } from '../support/behind.ts'
import { project, ROOT } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { type Action, dotGithub, kept, runJob, type Workflow } from '../support/github-actions.ts'
import { tokenidpHere } from '../support/in-process.ts'
import {
  aRepository,
  aRunner,
  bash,
  CI,
  KEPT,
  recipe,
  SECRET,
  SHOP,
  VERSION,
} from '../support/pipeline.ts'

const WORKFLOWS = readdirSync(`${CI}github/workflows`)
const workflow = (name: string) => recipe(`github/workflows/${name}.yml`) as Workflow
const action = recipe('github/actions/tokenidp/action.yml') as Action

describe.each([...WORKFLOWS.map((name) => `workflows/${name}`), 'actions/tokenidp/action.yml'])(
  'github/%s',
  (name) => {
    const text = readFileSync(`${CI}github/${name}`, 'utf8')
    const read = recipe(`github/${name}`) as Partial<Workflow & Action>
    const jobs = Object.values(read.jobs ?? {})
    const steps = [...jobs.flatMap((job) => job.steps), ...(read.runs?.steps ?? [])]

    test('pins what it uses to a commit, with its version beside it', () => {
      const used = [...text.matchAll(/uses: (.*)/g)].map(([, uses = '']) => uses)
      expect(used.length).toBeGreaterThan(0)
      for (const uses of used)
        expect(uses).toMatch(/^\.\/|^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    })

    test('gives scripts what comes from outside as variables only', () => {
      expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
    })

    test('asks for no more than it needs', () => {
      if (jobs.length > 0) expect(read.permissions).toEqual({})
      for (const job of jobs) expect(job.permissions).toBeDefined()
      expect(text).not.toMatch(/pull_request_target|write-all|contents: write/)
      for (const { uses, with: words } of steps)
        if (uses?.startsWith('actions/checkout@'))
          expect(words).toMatchObject({ 'persist-credentials': false })
    })
  },
)

test('a pull request reaches no secret', () => {
  const text = readFileSync(`${CI}github/workflows/pull-request.yml`, 'utf8')
  expect(text).not.toMatch(/secrets|environment/)
})

test('the action installs this version, on the Node that it is tested with', () => {
  const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  expect(action.inputs.version?.default).toBe(VERSION)
  expect(action.inputs['node-version']?.default).toBe(devDependencies.node)
})

test.for(TEMPLATES)('the pipeline of template %s is as careful, and works', async (template) => {
  const root = project({})
  expect(await tokenidpHere(['init', root, '--template', template])).toMatchObject({ code: 0 })
  const text = readFileSync(join(root, 'ci/tokenidp.yml'), 'utf8')
  for (const [, uses] of text.matchAll(/uses: (.*)/g))
    expect(uses).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  const { permissions, jobs } = parse(text) as Workflow
  expect(permissions).toEqual({ contents: 'read' })
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
  const runner = aRunner()
  onTestFinished(runner.remove)
  const names = [...text.matchAll(/^ +(\w+): \$\{\{ secrets\.\1 \}\}$/gm)].map(
    ([, name]) => `${name}`,
  )
  const env = {
    ...Object.fromEntries(names.map((name) => [name, `${name}-for-this-test-only`])),
    ...runner.env,
    TOKENIDP_DATABASE_URL: `sqlite:${root}/here.db`,
  }
  let said = ''
  for (const command of commands) {
    const ended = await bash(command, root, env)
    expect(ended).toMatchObject({ code: 0 })
    said += ended.stdout
  }
  expect(said).toContain('Applied revision 1')
})

/** A repository with our documents and recipes, and a change to them on a branch. */
function changed(change: Readonly<Record<string, string | null>>) {
  const repository = aRepository(dotGithub(SHOP))
  onTestFinished(repository.remove)
  repository.git('checkout', '-q', '-b', 'change')
  for (const [file, text] of Object.entries(change))
    if (text === null) repository.git('rm', '-q', file)
    else repository.write(file, text)
  const sha = repository.commit()
  const artifacts = project({})
  return { repository, sha, artifacts }
}

const run = async (name: string, job: string, setting: Parameters<typeof runJob>[1]) => {
  const found = workflow(name).jobs[job]
  if (found === undefined) throw new Error(`${name} has no job ${job}`)
  const ended = await runJob(found, setting)
  onTestFinished(ended.remove)
  return ended
}

describe('a pull request', () => {
  const check = (of: ReturnType<typeof changed>, labels: readonly string[] = [], base = 'main') =>
    run('pull-request', 'check', {
      ...of,
      context: {
        github: {
          base_ref: base,
          event: { pull_request: { labels: labels.map((name) => ({ name })) } },
        },
      },
    })
  const web = SHOP['web.yaml'] ?? ''

  test('that adds an address passes, and what it changes is told', async () => {
    const moved = web.replace('/callback', '/callback\n    - https://shop.example/silent')
    const of = changed({ 'web.yaml': moved })
    const { code, summary, stderr, done } = await check(of)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(done).toContain('Refuse deletes that nobody agreed to: 0')
    expect(kept(of.artifacts, 'findings/pr.md')).toContain('//shop.example/silent')
    expect(summary).toContain('//shop.example/silent')
    expect(JSON.parse(kept(of.artifacts, 'findings/findings.sarif')).version).toBe('2.1.0')
  })

  test('that breaks something stops there, with the place', async () => {
    const of = changed({ 'web.yaml': web.replace('orders:read', 'order:read') })
    const { code, stdout, summary, done, output } = await check(of)
    expect(code).toBe(3)
    expect(output).toBe('exit-code=3\n')
    expect(stdout).toMatch(/^::error file=web\.yaml,line=\d+,/m)
    expect(summary).toContain('TIDP1203')
    expect(done).toEqual([
      'actions/checkout: 0',
      'actions/setup-node: 0',
      'run: 0',
      'run: 3',
      'Check the documents: 3',
      'actions/upload-artifact: 0',
    ])
    const scanned = await run('pull-request', 'code-scanning', of)
    expect(scanned.code).toBe(0)
    const [sarif = ''] = scanned.scanned
    expect(JSON.parse(sarif).runs[0].results).toHaveLength(1)
  })

  test('that is not in form stops there', async () => {
    const { code, done } = await check(
      changed({ 'web.yaml': web.replace('- openid', '-   openid') }),
    )
    expect(code).toBe(3)
    expect(done).toContain('Check their form: 3')
  })

  test('that does what it should not stops there', async () => {
    const { code, done } = await check(
      changed({ ...KEPT, 'web.yaml': web.replace('/callback', '/back') }),
    )
    expect(code).toBe(3)
    expect(done).toContain('Check the documents: 0')
    expect(done).toContain('Try what they do: 3')
  })

  test.for([
    { labels: [], code: 5 },
    { labels: ['deletes-agreed'], code: 0 },
  ])('that deletes ends with $code under the labels $labels', async ({ labels, code }) => {
    const of = changed({ 'spa.yaml': null })
    expect(await check(of, labels)).toMatchObject({ code })
    expect(kept(of.artifacts, 'findings/pr.md')).toContain('Application/acme/spa')
  })

  test('whose base has a name that is a command runs none', async () => {
    const of = changed({})
    const ended = await check(of, [], '$(touch caught)";touch caught;"')
    expect(ended.done).toContain('Show what they change: 64')
    expect(ended.files('caught')).toBe(false)
  })
})

describe.each(databases)('what is merged, on $engine', ({ newDatabase }) => {
  async function merged() {
    const repository = aRepository(dotGithub(SHOP))
    onTestFinished(repository.remove)
    const artifacts = project({})
    const url = await newDatabase(artifacts)
    const context = { secrets: { TOKENIDP_DATABASE_URL: url, ACME_WEB_SECRET: SECRET } }
    const go = (name: string, job: string, sha: string) =>
      run(name, job, {
        repository,
        sha,
        artifacts,
        context: { ...context, github: { ref: 'refs/heads/main' } },
      })
    const status = async () =>
      JSON.parse((await tokenidpHere(['status', '-o', 'json', '--database-url', url])).stdout)
    return { repository, artifacts, url, go, status }
  }

  test('is applied from the saved plan, without its documents; drift and deletes are seen', async () => {
    const { repository, artifacts, url, go, status } = await merged()
    const { first } = repository
    const planned = await go('main', 'plan', first)
    expect({ code: planned.code, stderr: planned.stderr }).toMatchObject({ code: 0 })
    expect(planned.summary).toContain('Application/acme/web')
    const saved = kept(artifacts, `plan-${first}/plan.json`)
    expect(saved + planned.stdout + planned.stderr + planned.summary).not.toContain(SECRET)

    const applied = await go('main', 'apply', first)
    expect({ code: applied.code, stderr: applied.stderr }).toMatchObject({ code: 0 })
    expect(applied.files('tokenidp.yaml')).toBe(false)
    expect(await status()).toMatchObject({ revision: 1 })
    expect(await go('drift', 'drift', first)).toMatchObject({ code: 0 })

    repository.git('rm', '-q', 'spa.yaml')
    const second = repository.commit()
    const looked = await go('plan', 'plan', second)
    expect({ code: looked.code, stderr: looked.stderr }).toMatchObject({ code: 0 })
    expect(kept(artifacts, 'plan/plan.md')).toContain('Application/acme/spa')
    expect(await go('main', 'plan', second)).toMatchObject({ code: 0 })
    expect(await go('main', 'apply', second)).toMatchObject({ code: 0 })
    expect(await status()).toMatchObject({ revision: 2 })

    await behind(
      url,
      `update config_object set spec = replace(spec, 'shop.example', 'evil.example')`,
    )
    const drifted = await go('drift', 'drift', first)
    expect(drifted).toMatchObject({ code: 2, output: 'exit-code=2\n' })
    expect(drifted.stdout).toContain('evil.example')
  })

  test('is not applied when somebody else was first, nor for another commit', async () => {
    const { repository, artifacts, go, status } = await merged()
    const { first } = repository
    repository.git('rm', '-q', 'spa.yaml')
    const second = repository.commit()
    expect(await go('main', 'plan', first)).toMatchObject({ code: 0 })
    expect(await go('main', 'plan', second)).toMatchObject({ code: 0 })
    expect(await go('main', 'apply', second)).toMatchObject({ code: 0 })
    expect(await go('main', 'apply', first)).toMatchObject({ code: 4 })

    repository.git('mv', 'web.yaml', 'site.yaml')
    const third = repository.commit()
    renameSync(join(artifacts, `plan-${second}`), join(artifacts, `plan-${third}`))
    const refused = await go('main', 'apply', third)
    expect(refused.stdout).toContain(`the plan is of commit ${second}`)
    expect(refused.done).not.toContain('Apply: 0')
    expect(await status()).toMatchObject({ revision: 1 })
  })
})
