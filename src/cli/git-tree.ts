import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Variables } from './environment.ts'
import { EXIT, Failure } from './exit.ts'

/** Runs git in a folder and answers what it printed; undefined where it failed. */
export type Git = (words: readonly string[], input?: string) => Buffer | undefined

const MOST_OUTPUT = 256 * 1024 * 1024

/** Looks at what is in the repository already: it fetches nothing and writes nothing. */
export const gitIn =
  (folder: string, variables: Variables): Git =>
  (words, input = '') => {
    const { error, status, stdout } = spawnSync('git', ['-C', folder, ...words], {
      input,
      maxBuffer: MOST_OUTPUT,
      env: {
        ...variables,
        GIT_ALLOW_PROTOCOL: '',
        GIT_NO_LAZY_FETCH: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_TERMINAL_PROMPT: '0',
      },
    })
    if (error !== undefined && 'code' in error && error.code === 'ENOENT')
      throw new Failure(
        EXIT.failed,
        'git is not installed',
        'install it, or name folders and files with ./ or / before them',
      )
    return status === 0 ? stdout : undefined
  }

/** The commit that a name stands for. A name that looks like an option is none. */
export const commitOf = (git: Git, name: string): string | undefined =>
  git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
    ?.toString('utf8')
    .trim()

/** The path of the folder in its repository, empty or with a slash at its end. */
export const prefixOf = (git: Git): string =>
  git(['rev-parse', '--show-prefix'])?.toString('utf8').replace(/\n$/, '') ?? ''

interface Entry {
  readonly mode: string
  readonly id: string
  readonly size: number
  readonly path: string
}

/**
 * Writes what a commit has below a path into an empty folder, without a checkout: neither attributes nor filters
 * of the repository have a say. False where the commit has nothing there.
 */
export function writeTree(git: Git, tree: string, folder: string): boolean {
  const listed = git(['ls-tree', '-r', '-z', '-l', '--full-tree', tree])
  if (listed === undefined) return false
  const entries = listed.toString('utf8').split('\0').flatMap(entryOf).filter(isWanted)
  for (const chunk of chunks(entries.filter(({ mode }) => mode !== LINK)))
    for (const [{ path }, bytes] of contents(git, chunk)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytes, { flag: 'wx' })
    }
  for (const { path, size } of entries.filter(isTooLarge)) truncateSync(join(folder, path), size)
  // After all files, so that none of them is written through a link.
  for (const [{ path }, bytes] of contents(
    git,
    entries.filter(({ mode }) => mode === LINK),
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(bytes.toString('utf8'), join(folder, path))
  }
  return true
}

const LINK = '120000'
/** More than a document may have: it is refused by its size, and need not be read for that. */
const MOST_BYTES = 11 * 1024 * 1024

const isTooLarge = ({ size, mode }: Entry): boolean => size > MOST_BYTES && mode !== LINK

function entryOf(line: string): Entry[] {
  const [, mode = '', id = '', size, path = ''] =
    /^(\d{6}) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line) ?? []
  return size === undefined ? [] : [{ mode, id, size: Number(size), path }]
}

/** What a project never reads is not written; a tree that was made by hand may hold what no folder can. */
const isWanted = ({ path }: Entry): boolean =>
  path.split('/').every((part) => !['', '.', '..', '.git', 'node_modules'].includes(part))

/** So many that their contents fit into memory several times. */
function chunks(entries: readonly Entry[]): readonly Entry[][] {
  const all: Entry[][] = []
  let room = 0
  for (const entry of entries) {
    const size = isTooLarge(entry) ? 0 : entry.size + 100
    if (size > room) {
      all.push([])
      room = MOST_OUTPUT / 8
    }
    all.at(-1)?.push(entry)
    room -= size
  }
  return all
}

function contents(git: Git, entries: readonly Entry[]): readonly (readonly [Entry, Buffer])[] {
  const read = entries.filter((entry) => !isTooLarge(entry))
  const output = git(['cat-file', '--batch'], read.map(({ id }) => `${id}\n`).join(''))
  let at = 0
  return entries.map((entry) => {
    if (isTooLarge(entry)) return [entry, Buffer.alloc(0)]
    const start = (output?.indexOf('\n', at) ?? -1) + 1
    if (output === undefined || !output.toString('latin1', at, start).includes(' blob '))
      throw new Failure(
        EXIT.failed,
        `git has no contents for ${entry.path} here`,
        'fetch the commit in full: git fetch --refetch, without --filter',
      )
    at = start + entry.size + 1
    return [entry, output.subarray(start, start + entry.size)]
  })
}
