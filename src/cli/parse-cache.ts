import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import type { CachedFile, ParseCache } from '../config/parse-cache.ts'
import type { Variables } from './environment.ts'
import { tool } from './tool.ts'

/** What was read before, in the folder for such things of this account. It may be deleted at any time. */
export interface StoredCache extends ParseCache {
  /** Keeps what was used this time. A disk that does not take it is no failure. */
  save(): void
}

export function openCache(projectPath: string, variables: Variables): StoredCache {
  const home = variables.XDG_CACHE_HOME || homeCache()
  const name = createHash('sha256').update(projectPath).digest('hex').slice(0, 16)
  const path = home && join(home, 'tokenidp', `documents-${name}.json`)
  const known = path === undefined ? new Map<string, CachedFile>() : read(path)
  const used = new Map<string, CachedFile>()
  let isChanged = false
  return {
    get(digest) {
      const file = known.get(digest)
      if (file !== undefined) used.set(digest, file)
      return file
    },
    put(digest, file) {
      if (used.has(digest)) return
      used.set(digest, file)
      isChanged = true
    },
    save() {
      if (path !== undefined && (isChanged || used.size < known.size)) write(path, used)
    },
  }
}

/** A container's user may have neither a name nor a home: then nothing is kept. */
function homeCache(): string | undefined {
  try {
    return join(homedir(), '.cache')
  } catch {
    return undefined
  }
}

interface Stored {
  readonly version: string
  readonly files: Readonly<Record<string, CachedFile>>
}

function read(path: string): ReadonlyMap<string, CachedFile> {
  try {
    const stored: Stored = JSON.parse(textOf(path))
    return stored.version === version() ? new Map(Object.entries(stored.files)) : new Map()
  } catch {
    return new Map()
  }
}

/** Its documents are believed as they stand, so nobody else may have written them. Throws where that is not known. */
function textOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const { uid, mode } = fstatSync(file)
    if (uid !== userInfo().uid || (mode & 0o022) !== 0) return ''
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** Less is read as fast as it would be looked up. */
const LEAST_BYTES = 64 * 1024
/** Of as many projects, the last ones used. */
const MOST_PROJECTS = 16

function write(path: string, files: ReadonlyMap<string, CachedFile>): void {
  const stored: Stored = { version: version(), files: Object.fromEntries(files) }
  const text = JSON.stringify(stored)
  if (text.length < LEAST_BYTES) return
  const beside = `${path}.${randomUUID()}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' })
    renameSync(beside, path)
    forgetOldest(dirname(path))
  } catch {
    // The next command reads the documents again.
  }
}

function forgetOldest(folder: string): void {
  readdirSync(folder)
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((left, right) => right.at - left.at)
    .slice(MOST_PROJECTS)
    .forEach(({ path }) => void rmSync(path, { force: true }))
}

const SCHEMAS = new URL('../../schemas/', import.meta.url)

/** Another program may read other documents, or the same ones differently. */
function version(): string {
  const hash = createHash('sha256').update(tool.version)
  for (const name of readdirSync(SCHEMAS).sort())
    if (name.endsWith('.json')) hash.update(readFileSync(new URL(name, SCHEMAS)))
  return hash.digest('base64url')
}
