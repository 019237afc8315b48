import { chmodSync, closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What this machine keeps beside a project: its database and master key. Readable by its owner only. */
const localDirectory = (root: string): string => join(root, '.tokenidp')

export const localDatabase = (root: string): string => join(localDirectory(root), 'tokenidp.db')

/** Made on first use, and invisible to git from the beginning. */
export function ensureLocalDirectory(root: string): string {
  const directory = localDirectory(root)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const ignore = join(directory, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 })
  const database = localDatabase(root)
  // SQLite gives its side files the mode of the database, so it is settled before SQLite comes.
  closeSync(openSync(database, 'a', 0o600))
  chmodSync(database, 0o600)
  return directory
}
