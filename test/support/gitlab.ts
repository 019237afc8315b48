/** As much of GitLab CI as our recipe uses: rules, variables, the shell, artifacts. */
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type aRepository, aRunner, bash, type Env } from './pipeline.ts'

export interface GitLabJob {
  readonly stage: string
  readonly rules: readonly { readonly if: string; readonly when?: string }[]
  readonly script: readonly string[]
  readonly variables?: Env
  readonly allow_failure?: { readonly exit_codes: number }
  readonly environment?: { readonly name: string }
  readonly needs?: readonly string[]
  readonly artifacts?: {
    readonly when?: string
    readonly paths?: readonly string[]
    readonly reports?: Readonly<Record<string, readonly string[]>>
  }
}

export interface Template {
  readonly stages: readonly string[]
  readonly variables: Env
  readonly default: { readonly image: string; readonly before_script: readonly string[] }
  readonly [job: string]: unknown
}

const SETTINGS = ['stages', 'variables', 'default']

export const jobsOf = (template: Template): ReadonlyMap<string, GitLabJob> =>
  new Map(
    Object.entries(template)
      .filter(([name]) => !SETTINGS.includes(name))
      .map(([name, job]) => [name, job as GitLabJob]),
  )

/** Which jobs a pipeline with these variables has. */
export const jobsFor = (template: Template, variables: Env): readonly string[] =>
  [...jobsOf(template)]
    .filter(([, { rules }]) => rules.some((rule) => isMet(rule.if, variables)))
    .map(([name]) => name)

const isMet = (rule: string, variables: Env): boolean =>
  rule.split(' && ').every((part) => {
    const [left = '', operator, right = ''] = part.split(' ')
    const isSame = worth(left, variables) === worth(right, variables)
    return operator === '==' ? isSame : !isSame
  })

const worth = (word: string, variables: Env): string | undefined =>
  word.startsWith('$') ? variables[word.slice(1)] : word.replaceAll('"', '')

interface Setting {
  readonly template: Template
  readonly repository: ReturnType<typeof aRepository>
  readonly sha: string
  readonly variables: Env
  /** Of all jobs of the pipeline. */
  readonly artifacts: string
}

export async function runJob(name: string, setting: Setting) {
  const { template, repository, sha, artifacts } = setting
  const job = jobsOf(template).get(name)
  if (job === undefined) throw new Error(`there is no job ${name}`)
  const runner = aRunner()
  const workspace = join(runner.path, 'builds')
  const variables = { ...template.variables, ...job.variables, ...setting.variables }
  if (variables.GIT_STRATEGY === 'none') mkdirSync(workspace)
  else {
    repository.git('clone', '-q', repository.path, workspace)
    repository.git('-C', workspace, 'checkout', '-q', sha)
  }
  for (const needed of job.needs ?? [])
    cpSync(join(artifacts, needed), workspace, { recursive: true })
  const lines = [...template.default.before_script, ...job.script].join('\n')
  const ended = await bash(lines, workspace, { ...runner.env, GITLAB_CI: 'true', ...variables })
  const { when = 'on_success', paths = [], reports = {} } = job.artifacts ?? {}
  const wanted =
    ended.code === 0 || when === 'always' ? [...paths, ...Object.values(reports).flat()] : []
  for (const path of wanted)
    if (existsSync(join(workspace, path)))
      cpSync(join(workspace, path), join(artifacts, name, path))
  const isAllowed = job.allow_failure?.exit_codes === ended.code
  const hasDocuments = existsSync(join(workspace, 'tokenidp.yaml'))
  return { ...ended, holdsUp: ended.code !== 0 && !isAllowed, hasDocuments, remove: runner.remove }
}
