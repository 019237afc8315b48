import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ulid } from '../../base/id.ts'
import type { Variables } from '../environment.ts'
import type { Invocation } from '../invocation.ts'
import { isMasterKeyGiven, localKeyFile } from '../master-key.ts'
import type { Project } from '../project.ts'

export interface ChildApply {
  readonly project: Project
  readonly url: string
  /** Where secrets go that had to be generated. */
  readonly directory: string
}

/**
 * Applies in a process of its own: reading documents and hashing passwords would hold up the server,
 * and SQLite's long transaction would block its thread. What it prints goes to our stderr.
 */
export function applyInChild(invocation: Invocation, { project, url, directory }: ChildApply) {
  const { world, global } = invocation
  return (): Promise<number> => {
    const secrets = join(
      directory,
      `secrets-${ulid(world.clock.milliseconds(), world.random)}.json`,
    )
    // At home the documents are all there is: what a person removes from them is meant.
    const meant = ['--prune', '--max-deletes', '100000', '--on-drift', 'revert']
    const words = [
      'apply',
      '--auto-approve',
      ...meant,
      '--quiet',
      '--secrets-out',
      `file:${secrets}`,
    ]
    const values = [...global.values].map(([name, value]) => `--var=${name}=${value}`)
    const flags = ['--config', project.root, '--env', project.desired.environment.name, ...values]
    const colour = global.colour === undefined ? [] : [global.colour ? '--color' : '--no-color']
    const child = spawn(
      world.self.node,
      [world.self.script, ...words, ...flags, '--output', 'text', ...colour],
      {
        env: {
          ...world.variables,
          ...databaseVariables(url),
          ...masterKeyVariables(world.variables, directory),
        },
        stdio: ['ignore', 2, 2],
      },
    )
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => resolve(code ?? 1))
    })
  }
}

/** The one that the server uses: secrets may have to be sealed under it. */
const masterKeyVariables = (variables: Variables, directory: string) =>
  isMasterKeyGiven(variables) ? {} : { TOKENIDP_MASTER_KEY_FILE: localKeyFile(directory) }

/** By variable, because the URL may hold a password. */
const databaseVariables = (url: string) => ({
  TOKENIDP_DATABASE_URL: url,
  TOKENIDP_DATABASE_URL_FILE: '',
})
