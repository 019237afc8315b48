import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface GitState {
  readonly gitCommit: string | undefined
  readonly gitRef: string | undefined
  readonly gitDirty: boolean
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
  const [gitCommit, gitRef, changed] = await Promise.all([
    git('rev-parse', '--verify', 'HEAD'),
    git('symbolic-ref', '--quiet', 'HEAD'),
    git('status', '--porcelain', '--', '.'),
  ])
  return { gitCommit, gitRef, gitDirty: gitCommit !== undefined && changed !== '' }
}
