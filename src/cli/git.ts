import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Variables } from './environment.ts'

export interface GitState {
  readonly gitCommit: string | undefined
  readonly gitRef: string | undefined
  readonly gitDirty: boolean
  /** Without user and password. */
  readonly repoUrl: string | undefined
}

const run = promisify(execFile)

/** Where the documents come from, if they come from git and git is here. */
export async function gitState(root: string): Promise<GitState> {
  const git = async (...words: string[]): Promise<string | undefined> => {
    try {
      const { stdout } = await run('git', ['-C', root, ...words], { timeout: 5000 })
      return stdout.trim()
    } catch {
      return undefined
    }
  }
  const [gitCommit, gitRef, changed, remote] = await Promise.all([
    git('rev-parse', '--verify', 'HEAD'),
    git('symbolic-ref', '--quiet', 'HEAD'),
    git('status', '--porcelain', '--', '.'),
    git('remote', 'get-url', 'origin'),
  ])
  const gitDirty = gitCommit !== undefined && changed !== ''
  return { gitCommit, gitRef, gitDirty, repoUrl: remote && withoutCredentials(remote) }
}

function withoutCredentials(remote: string): string {
  const url = URL.parse(remote)
  if (url === null) return remote
  url.username = ''
  url.password = ''
  return url.href
}

/** The page of the job that runs us, where the service tells. */
export function ciUrl(variables: Variables): string | undefined {
  const [server, repository, run] = ['SERVER_URL', 'REPOSITORY', 'RUN_ID'].map(
    (name) => variables[`GITHUB_${name}`] || undefined,
  )
  if (server !== undefined && repository !== undefined && run !== undefined)
    return `${server}/${repository}/actions/runs/${run}`
  return variables.CI_JOB_URL || variables.BUILD_URL || undefined
}
