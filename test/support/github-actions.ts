/** As much of GitHub Actions as our recipes use: jobs of steps, a composite action, expressions, files of a step. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from './command.ts'
import { type Context, evaluated, isMet } from './github-expressions.ts'
import { type aRepository, aRunner, bash, type Env, type Ran } from './pipeline.ts'

export interface Step {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, string | number | boolean>>
  readonly env?: Env
  readonly run?: string
  readonly 'working-directory'?: string
}

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

interface Setting {
  readonly repository: ReturnType<typeof aRepository>
  readonly sha: string
  readonly context?: Context
  /** By name: kept from one job to the next. */
  readonly artifacts: string
}

interface Machine extends Setting {
  readonly runner: ReturnType<typeof aRunner>
  readonly workspace: string
  readonly said: Ran[]
  readonly done: string[]
  readonly scanned: string[]
}

/** Runs the steps of a job until one fails, and then those that always run. */
export async function runJob(job: Job, setting: Setting) {
  const runner = aRunner()
  const workspace = join(runner.path, 'workspace')
  mkdirSync(workspace)
  const machine: Machine = { ...setting, runner, workspace, said: [], done: [], scanned: [] }
  for (const name of ['summary', 'output', 'path']) runner.write(name, '')
  const code = await runSteps(job.steps, machine, setting.context ?? {})
  const text = (name: string): string => readFileSync(join(runner.path, name), 'utf8')
  return {
    code,
    done: machine.done,
    stdout: machine.said.map(({ stdout }) => stdout).join(''),
    stderr: machine.said.map(({ stderr }) => stderr).join(''),
    summary: text('summary'),
    output: text('output'),
    scanned: machine.scanned,
    files: (name: string): boolean => existsSync(join(workspace, name)),
    remove: runner.remove,
  }
}

async function runSteps(steps: readonly Step[], machine: Machine, around: Context, env: Env = {}) {
  let failed = 0
  for (const step of steps) {
    const context = { ...around, github: { ...(around.github as object), sha: machine.sha } }
    if (!isMet(step.if, context, failed === 0)) continue
    const variables = { ...env, ...each(step.env, context) }
    const code = await runStep(step, machine, context, variables)
    machine.done.push(`${step.name ?? step.uses?.replace(/@.*/, '') ?? 'run'}: ${code}`)
    failed ||= code
  }
  return failed
}

const each = (values: Step['with'] = {}, context: Context): Env =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, evaluated(String(value), context)]),
  )

async function runStep(step: Step, machine: Machine, context: Context, env: Env): Promise<number> {
  const { runner, workspace, sha, said } = machine
  const words = each(step.with, context)
  if (step.uses?.startsWith('./')) {
    const file = join(workspace, step.uses, 'action.yml')
    if (!existsSync(file)) throw new Error(`${step.uses} is not checked out`)
    const action: Action = parse(readFileSync(file, 'utf8'))
    const inputs = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, words[name] ?? input.default]),
    )
    return runSteps(action.runs.steps, machine, { inputs }, env)
  }
  if (step.uses !== undefined) return hosted(step.uses.replace(/@.*/, ''), words, machine)
  const cwd = join(workspace, evaluated(step['working-directory'] ?? '.', context))
  const added = readFileSync(join(runner.path, 'path'), 'utf8').split('\n').filter(Boolean)
  const ended = await bash(step.run ?? '', cwd, {
    ...runner.env,
    ...env,
    PATH: [...added, runner.env.PATH].join(':'),
    GITHUB_ACTIONS: 'true',
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: workspace,
    GITHUB_STEP_SUMMARY: join(runner.path, 'summary'),
    GITHUB_OUTPUT: join(runner.path, 'output'),
    GITHUB_PATH: join(runner.path, 'path'),
    RUNNER_TEMP: join(runner.path, 'temp'),
  })
  said.push(ended)
  return ended.code
}

/** What the actions of others do for us. */
function hosted(name: string, words: Env, machine: Machine): number {
  const { workspace, artifacts } = machine
  const store = join(artifacts, words.name ?? '')
  switch (name) {
    case 'actions/checkout':
      return checkout(words, machine)
    case 'actions/setup-node':
      return words['node-version'] === nodeVersion() ? 0 : 1
    case 'actions/upload-artifact':
      return upload(words, store, workspace)
    case 'actions/download-artifact':
      if (!existsSync(store)) return 1
      cpSync(store, workspace, { recursive: true })
      return 0
    case 'github/codeql-action/upload-sarif':
      machine.scanned.push(readFileSync(join(workspace, words.sarif_file ?? ''), 'utf8'))
      return 0
    default:
      throw new Error(`${name} is not foreseen`)
  }
}

function upload(words: Env, store: string, workspace: string): number {
  const paths = words.path?.split('\n').filter(Boolean) ?? []
  const found = paths.filter((path) => existsSync(join(workspace, path)))
  mkdirSync(store, { recursive: true })
  for (const path of found) cpSync(join(workspace, path), join(store, basename(path)))
  return found.length === 0 && words['if-no-files-found'] === 'error' ? 1 : 0
}

function checkout(words: Env, { repository, sha, workspace }: Machine): number {
  if (words['persist-credentials'] !== 'false') return 1
  repository.git('clone', '-q', repository.path, workspace)
  repository.git('-C', workspace, 'checkout', '-q', sha)
  const sparse = words['sparse-checkout']
  if (sparse === undefined) return 0
  const kept = join(workspace, '..', 'kept')
  cpSync(join(workspace, sparse), kept, { recursive: true })
  rmSync(workspace, { recursive: true })
  cpSync(kept, join(workspace, sparse), { recursive: true })
  return 0
}

const nodeVersion = (): string =>
  JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).devDependencies.node

/** The recipe as it is copied into a repository. */
export const dotGithub = (files: Readonly<Record<string, string>>): Record<string, string> => ({
  ...files,
  '.github/actions/tokenidp/action.yml': readFileSync(
    `${ROOT}config-examples/ci/github/actions/tokenidp/action.yml`,
    'utf8',
  ),
})

/** Where artifacts are kept between jobs. */
export const kept = (artifacts: string, name: string): string =>
  readFileSync(join(artifacts, name), 'utf8')
