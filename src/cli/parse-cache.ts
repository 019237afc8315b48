import { randomUUID } from 'node:crypto'
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
import { sha256 } from '../base/digest.ts'
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
  const name = sha256(projectPath).toString('hex').slice(0, 16)
  const path = home && join(home, 'tokenidp', `documents-${name}.json`)
  const known = path === undefined ? NOTHING : read(path)
  const files = new Map<string, CachedFile>()
  const sound = new Set(known.sound)
  let isChanged = false
  return {
    get(digest) {
      const file = known.files[digest]
      if (file !== undefined) files.set(digest, file)
      return file
    },
    put(digest, file) {
      if (files.has(digest)) return
      files.set(digest, file)
      isChanged = true
    },
    isSound: (digest) => sound.has(digest),
    keepSound(digest) {
      if (sound.has(digest)) return
      sound.add(digest)
      isChanged = true
    },
    save() {
      if (path === undefined) return
      if (isChanged || files.size < Object.keys(known.files).length) write(path, { files, sound })
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
  readonly sound: readonly string[]
}

const NOTHING: Stored = { version: '', files: {}, sound: [] }

function read(path: string): Stored {
  try {
    const stored: Stored = JSON.parse(textOf(path))
    return stored.version === version() ? stored : NOTHING
  } catch {
    return NOTHING
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

/** Of as many states of the documents, the last ones: each environment has one, and so has each branch. */
const MOST_SOUND = 16

interface Kept {
  readonly files: ReadonlyMap<string, CachedFile>
  readonly sound: ReadonlySet<string>
}

function write(path: string, { files, sound }: Kept): void {
  const stored: Stored = {
    version: version(),
    files: Object.fromEntries(files),
    sound: [...sound].slice(-MOST_SOUND),
  }
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

/** Another program may read other documents, or the same ones differently. The names of its files tell what is in them. */
const version = (): string =>
  sha256(`${tool.version} ${readdirSync(new URL('.', import.meta.url)).sort()}`).toString(
    'base64url',
  )
