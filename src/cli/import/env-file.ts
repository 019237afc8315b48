import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Variable } from '../../config/foreign/index.ts'
import { EXIT, Failure } from '../exit.ts'

/** A file of secrets that is written once, for its owner alone. */
export interface EnvFile {
  readonly path: string
  write(variables: readonly Variable[]): void
  remove(): void
}

export function envFile(written: string, directory: string): EnvFile {
  const path = resolve(directory, written)
  if (existsSync(path))
    throw new Failure(
      EXIT.usage,
      `${path} exists, and may hold secrets that are nowhere else`,
      'move it away, or name another file in --env-out',
    )
  return {
    path,
    write(variables) {
      try {
        const file = openSync(path, 'wx', 0o600)
        try {
          writeSync(file, textOf(variables))
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new Failure(EXIT.failed, `${path} cannot be written: ${why}`, 'check its permissions')
      }
    },
    remove: () => rmSync(path, { force: true }),
  }
}

/** For a shell: `set -a; . ./file`. What is not known is a comment, so that nothing is set to nothing. */
const textOf = (variables: readonly Variable[]): string =>
  variables
    .map(({ name, value, address }) =>
      isKnown(value)
        ? `${name}=${quoted(value)}\n`
        : `# ${name}= (${address}: not in the export)\n`,
    )
    .join('')

/** An environment has no NUL. */
export const isKnown = (value: string | undefined): value is string =>
  value !== undefined && !value.includes('\0')

const quoted = (value: string): string =>
  /^[A-Za-z0-9_.~+/=:@%-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
