import { isUtf8 } from 'node:buffer'
import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { diagnostic, startOf } from './codes.ts'
import { glob } from './glob.ts'

const MAX_BYTES = 10 * 1024 * 1024

export interface SourceFile {
  /** Relative to the project's folder, with `/`. */
  readonly file: string
  readonly bytes: Buffer
}

export interface Loaded {
  readonly sources: readonly SourceFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads one file of a project, unless it is not one that should be read. */
export function loadFile(root: string, file: string): Loaded {
  const refuse = (found: Diagnostic): Loaded => ({ sources: [], diagnostics: [found] })
  try {
    const path = realpathSync(join(root, file))
    if (!isInside(realpathSync(root), path))
      return refuse(
        diagnostic('TIDP0013', startOf(file), `${file} leads out of the project's folder`, {
          hint: 'copy the file into the project',
        }),
      )
    const { size, isFile } = describe(path)
    if (!isFile)
      return refuse(diagnostic('TIDP0011', startOf(file), `${file} is not a regular file`))
    if (size > MAX_BYTES)
      return refuse(
        diagnostic(
          'TIDP0012',
          startOf(file),
          `${file} has ${megabytes(size)} MB; the limit is 10`,
          {
            hint: 'split it into several files: their order does not matter',
          },
        ),
      )
    return { sources: [{ file, bytes: readFileSync(path) }], diagnostics: [] }
  } catch (cause) {
    return refuse(isLink(join(root, file)) ? leadsNowhere(file, cause) : unreadable(file, cause))
  }
}

/** The files below the root that the patterns name. Skips node_modules and what begins with a dot. */
export function listFiles(root: string, patterns: readonly string[]) {
  const { files, diagnostics } = walk(root, '')
  const matched = patterns.map((pattern) => files.filter((file) => glob(pattern).test(file)))
  return {
    files: [...new Set(matched.flat())],
    unmatched: patterns.filter((_, index) => matched[index]?.length === 0),
    diagnostics,
  }
}

interface Listing {
  readonly files: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A folder that cannot be listed is an error: to overlook its objects would be to delete them. */
function walk(root: string, folder: string): Listing {
  try {
    const found = readdirSync(join(root, folder), { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => visit(root, folder === '' ? entry.name : `${folder}/${entry.name}`, entry))
    return {
      files: found.flatMap(({ files }) => files),
      diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
    }
  } catch (cause) {
    return { files: [], diagnostics: [unreadable(folder || '.', cause)] }
  }
}

function visit(root: string, path: string, entry: Dirent): Listing {
  if (entry.isDirectory()) return walk(root, path)
  if (!entry.isSymbolicLink() || !leadsToFolder(join(root, path)))
    return { files: [path], diagnostics: [] }
  const message = `${path} is a link to a folder and is not followed`
  return {
    files: [],
    diagnostics: [diagnostic('TIDP0013', startOf(path), message, { severity: 'warning' })],
  }
}

/** A link that cannot be followed is told of when it is read. */
function leadsToFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function describe(path: string) {
  const found = statSync(path)
  return { size: found.size, isFile: found.isFile() }
}

const isInside = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  ELOOP: 'its links go in circles',
  EISDIR: 'it is a folder',
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'

const whyUnreadable = (cause: unknown): string => REASONS[codeOf(cause)] ?? codeOf(cause)

const unreadable = (file: string, cause: unknown): Diagnostic =>
  diagnostic('TIDP0011', startOf(file), `cannot read ${file}: ${whyUnreadable(cause)}`, {
    hint: 'correct or remove it; to overlook a file would be to delete what it describes',
  })

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

const leadsNowhere = (file: string, cause: unknown): Diagnostic =>
  diagnostic('TIDP0011', startOf(file), `cannot read ${file}: ${whyLinkUnreadable(cause)}`, {
    hint: 'let the link lead to a file of the project, or remove it',
  })

const whyLinkUnreadable = (cause: unknown): string =>
  codeOf(cause) === 'ENOENT' ? 'it is a link to nothing' : whyUnreadable(cause)

const MAX_TEXT = 1024 * 1024

/** The text of a file of a project; undefined unless it is one, in UTF-8, that can be read, inside its folder. */
export function readTextFile(root: string, path: string): string | undefined {
  try {
    const file = realpathSync(resolve(root, path))
    if (!isInside(realpathSync(root), file)) return undefined
    const { size, isFile } = describe(file)
    const bytes = isFile && size <= MAX_TEXT ? readFileSync(file) : undefined
    return bytes !== undefined && isUtf8(bytes) ? bytes.toString('utf8') : undefined
  } catch {
    return undefined
  }
}

/** The text of a secret's file; undefined unless it is a readable file inside the project's folder. */
export function readSecretFile(root: string, path: string): string | undefined {
  try {
    const file = realpathSync(resolve(root, path))
    if (!isInside(realpathSync(root), file) || !describe(file).isFile) return undefined
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
