import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { behind } from '../support/behind.ts'
import { project, ROOT } from '../support/cli.ts'
import { databases } from '../support/databases.ts'
import { jobsFor, jobsOf, runJob, type Template } from '../support/gitlab.ts'
import { xml } from '../support/junit.ts'
import { junitProblems } from '../support/junit-schema.ts'
import { aRepository, KEPT, recipe, SECRET, SHOP, VERSION } from '../support/pipeline.ts'

const template = recipe('gitlab/.gitlab-ci.yml') as Template

const MAIN = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' }

test.for([
  {
    of: 'a merge request',
    variables: { CI_PIPELINE_SOURCE: 'merge_request_event', CI_DEFAULT_BRANCH: 'main' },
    jobs: ['validate', 'changes'],
  },
  {
    of: 'what is merged',
    variables: { CI_PIPELINE_SOURCE: 'push', ...MAIN },
    jobs: ['validate', 'plan', 'apply'],
  },
  { of: 'a schedule', variables: { CI_PIPELINE_SOURCE: 'schedule', ...MAIN }, jobs: ['drift'] },
  {
    of: 'another branch',
    variables: { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'other', CI_DEFAULT_BRANCH: 'main' },
    jobs: [],
  },
])('the pipeline of $of', ({ variables, jobs }) => {
  expect(jobsFor(template, variables)).toEqual(jobs)
})

test('exact versions, known stages, and no secret of an environment in a merge request', () => {
  const { devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  expect(template.variables.CLI_VERSION).toBe(VERSION)
  expect(template.default.image).toBe(`node:${devDependencies.node}-bookworm`)
  for (const [name, { stage, environment }] of jobsOf(template)) {
    expect(template.stages).toContain(stage)
    expect(environment !== undefined).toBe(['plan', 'apply', 'drift'].includes(name))
  }
})

/** What a merge request changes, and its jobs. */
function merging(change: Readonly<Record<string, string | null>>) {
  const repository = aRepository(SHOP)
  onTestFinished(repository.remove)
  for (const [file, text] of Object.entries(change))
    if (text === null) repository.git('rm', '-q', file)
    else repository.write(file, text)
  const sha = repository.commit()
  const artifacts = project({})
  const variables = { CI_MERGE_REQUEST_DIFF_BASE_SHA: repository.first }
  const go = async (name: string) => {
    const ended = await runJob(name, { template, repository, sha, variables, artifacts })
    onTestFinished(ended.remove)
    return ended
  }
  const artifact = (name: string) => readFileSync(join(artifacts, name), 'utf8')
  return { go, artifact }
}

describe('a merge request', () => {
  test('that breaks something is held up, and the report says where', async () => {
    const web = SHOP['web.yaml'] ?? ''
    const { go, artifact } = merging({ 'web.yaml': web.replace('orders:read', 'order:read') })
    expect(await go('validate')).toMatchObject({ code: 3, holdsUp: true })
    const report = xml(artifact('validate/validate.xml'))
    expect(junitProblems(report)).toEqual([])
    expect(artifact('validate/validate.xml')).toContain('web.yaml')
    expect(artifact('validate/validate.md')).toContain('TIDP1203')
    expect(await go('changes')).toMatchObject({ code: 3, holdsUp: true })
  })

  test('that does what it should not is held up', async () => {
    const web = SHOP['web.yaml'] ?? ''
    const { go, artifact } = merging({ ...KEPT, 'web.yaml': web.replace('/callback', '/back') })
    expect(await go('validate')).toMatchObject({ code: 3, holdsUp: true })
    expect(xml(artifact('validate/test.xml')).attributes.failures).toBe('1')
  })

  test('that deletes is marked, and holds nobody up who has read it', async () => {
    const { go, artifact } = merging({ 'spa.yaml': null })
    expect(await go('validate')).toMatchObject({ code: 0 })
    expect(await go('changes')).toMatchObject({ code: 5, holdsUp: false })
    expect(artifact('changes/changes.md')).toContain('Application/acme/spa')
  })
})

describe.each(databases)('what is merged, on $engine', ({ newDatabase }) => {
  test('is applied from the saved plan, without its documents; drift ends with 2', async () => {
    const repository = aRepository(SHOP)
    onTestFinished(repository.remove)
    const artifacts = project({})
    const url = await newDatabase(artifacts)
    const variables = { TOKENIDP_DATABASE_URL: url, ACME_WEB_SECRET: SECRET, ...MAIN }
    const go = async (name: string) => {
      const sha = repository.git('rev-parse', 'HEAD')
      const ended = await runJob(name, { template, repository, sha, variables, artifacts })
      onTestFinished(ended.remove)
      return ended
    }
    for (const name of ['plan', 'apply', 'drift']) {
      const { code, stderr, stdout, hasDocuments } = await go(name)
      expect({ name, code, stderr, hasDocuments }).toMatchObject({
        code: 0,
        hasDocuments: name === 'plan',
      })
      expect(stdout + stderr).not.toContain(SECRET)
    }
    repository.git('rm', '-q', 'spa.yaml')
    repository.commit()
    expect(await go('plan')).toMatchObject({ code: 0 })
    expect((await go('apply')).stdout).toContain('Applied revision 2')
    expect(await go('apply')).toMatchObject({ code: 0 }) // tried again, there is nothing left to do
    await behind(
      url,
      `update config_object set spec = replace(spec, 'shop.example', 'evil.example')`,
    )
    expect(await go('drift')).toMatchObject({ code: 2, holdsUp: true })
  })
})
