import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  aRepository,
  aRunner,
  bash,
  CI,
  type Env,
  ran,
  recipe,
  SHOP,
  VERSION,
} from '../support/pipeline.ts'

interface Hook {
  readonly entry: string
  readonly additional_dependencies: readonly string[]
  readonly pass_filenames: boolean
}

const web = SHOP['web.yaml'] ?? ''
const broken = web.replace('orders:read', 'order:read')

const inFolder = (folder: string): Record<string, string> =>
  Object.fromEntries(Object.entries(SHOP).map(([name, text]) => [join(folder, name), text]))

/** A repository whose commits go through the hook. */
async function hooked(files: Readonly<Record<string, string>>) {
  const runner = aRunner()
  onTestFinished(runner.remove)
  await bash(`npm install --global tokenidp@${VERSION}`, runner.path, runner.env)
  const repository = aRepository(files)
  onTestFinished(repository.remove)
  const hook = join(repository.path, '.git/hooks/pre-commit')
  copyFileSync(`${CI}pre-commit/pre-commit`, hook)
  chmodSync(hook, 0o755)
  const env: Env = {
    ...runner.env,
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  }
  const git = (...words: string[]) => ran(['git', ...words], repository.path, env)
  return {
    ...repository,
    env,
    commit: () => git('commit', '-m', 'change'),
    stage: (name: string) => git('add', name),
  }
}

describe('the hook of git', () => {
  test.for([
    { when: 'it is valid and in form', text: web.replace('/callback', '/back'), code: 0, says: '' },
    { when: 'it is not valid', text: broken, code: 1, says: 'TIDP1203' },
    {
      when: 'it is not in form',
      text: web.replace('- openid', '-   openid'),
      code: 1,
      says: 'web.yaml',
    },
  ])('lets a commit through only when $when: $code', async ({ text, code, says }) => {
    const repository = await hooked(SHOP)
    repository.write('web.yaml', text)
    await repository.stage('web.yaml')
    const { code: ended, stdout, stderr } = await repository.commit()
    expect(ended === 0 ? 0 : 1).toBe(code)
    expect(stdout + stderr).toContain(says)
  })

  test('looks at what is staged, and not at what lies beside it', async () => {
    const repository = await hooked(SHOP)
    repository.write('web.yaml', web.replace('/callback', '/back'))
    await repository.stage('web.yaml')
    repository.write('web.yaml', broken)
    expect(await repository.commit()).toMatchObject({ code: 0 })
    repository.write('README.md', 'no document')
    await repository.stage('README.md')
    expect(await repository.commit()).toMatchObject({ code: 0 })
    await repository.stage('web.yaml')
    repository.write('web.yaml', web)
    expect((await repository.commit()).code).not.toBe(0)
  })

  test('finds a project below the top of the repository', async () => {
    const repository = await hooked(inFolder('identity'))
    repository.git('config', 'tokenidp.project', 'identity')
    repository.write('identity/web.yaml', broken)
    await repository.stage('identity/web.yaml')
    const { code, stderr } = await repository.commit()
    expect(code).not.toBe(0)
    expect(stderr).toContain('--> web.yaml:')
  })
})

test('what pre-commit is told to run accepts these documents and refuses others', async () => {
  const hooks = recipe('pre-commit/.pre-commit-hooks.yaml') as readonly Hook[]
  for (const { entry, additional_dependencies, pass_filenames } of hooks) {
    expect(additional_dependencies).toEqual([`tokenidp@${VERSION}`])
    expect(pass_filenames).toBe(false)
    const repository = await hooked(SHOP)
    expect(await ran(entry.split(' '), repository.path, repository.env)).toMatchObject({ code: 0 })
    repository.write('web.yaml', `${broken}\n\n`)
    expect(await ran(entry.split(' '), repository.path, repository.env)).toMatchObject({ code: 3 })
  }
})
