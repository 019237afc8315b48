import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { toSeconds } from '../base/time.ts'
import type { GivenValues } from '../config/compose/given.ts'
import { type Configuration, readConfiguration } from '../config/index.ts'
import { PROJECT_FILE } from '../config/project-file.ts'
import { EXIT, Failure } from './exit.ts'
import { commitOf, type Git, gitIn, prefixOf, writeTree } from './git-tree.ts'
import type { Documents, Invocation } from './invocation.ts'
import { type Kept, planKept } from './plan-kept.ts'
import { givenValues, projectDirectory, projectPath } from './project.ts'
import { counted } from './show-diagnostics.ts'

const WORKING_TREE = 'the working tree'

/** One of the two that are compared: a commit, a folder as it is, or a file that holds it all. */
export interface Side {
  /** As it was asked for. */
  readonly name: string
  readonly commit: string | undefined
  /** The folder that its places are relative to, from where the command was given. */
  readonly folder?: string
  /** Undefined where there is no project. */
  readonly found: Exclude<Configuration, { outcome: 'no-project' }> | Kept | undefined
}

interface Wanted {
  /** The files around us where there is none. */
  readonly name: string | undefined
  readonly environment: string | undefined
  /** It may lack variables that have values by now. */
  readonly isPast?: boolean
}

/** Reads the documents of a folder or a file, or of a commit at the place of the project around us. */
export function readSide(invocation: Invocation, wanted: Wanted): Side {
  const { name } = wanted
  const read = reader(invocation, wanted)
  if (name === undefined)
    return { name: WORKING_TREE, commit: undefined, found: read(projectPath(invocation)) }
  const path = resolve(invocation.world.directory, name)
  const entry = statSync(path, { throwIfNoEntry: false })
  const git = gitIn(projectDirectory(invocation), invocation.world.variables)
  // No name in git begins so, and git need not be there.
  const commit = /^\.{0,2}\//.test(name) ? undefined : commitOf(git, name)
  if (entry !== undefined && commit !== undefined)
    throw new Failure(
      EXIT.usage,
      `${name} is both a ${entry.isDirectory() ? 'folder' : 'file'} and a name in git`,
      `write ./${relative(invocation.world.directory, path)} or ${commit}`,
    )
  if (commit !== undefined)
    return { name, commit, found: readCommit(invocation, commit, git, read) }
  if (entry?.isDirectory())
    return { name, commit: undefined, folder: name, found: read(ownProject(path, name)) }
  if (!entry?.isFile()) throw unknownSide(name)
  const found =
    planKept(invocation, path, wanted.environment) ?? read(path, basename(path) !== PROJECT_FILE)
  return { name, commit: undefined, folder: dirname(name), found }
}

const unknownSide = (name: string): Failure =>
  new Failure(
    EXIT.usage,
    `${name} is neither a folder, a file nor a commit that git knows here`,
    'git fetch origin, and in CI check out the whole history (fetch-depth: 0)',
  )

/** Not that of a folder above it: the other side would be that one as well. */
function ownProject(folder: string, name: string): string {
  if (existsSync(join(folder, PROJECT_FILE))) return folder
  throw new Failure(
    EXIT.usage,
    `there is no tokenidp.yaml in ${name}`,
    'name the folder of a project',
  )
}

type Read = (from: string, isAlone?: boolean) => Side['found']

function reader(invocation: Invocation, wanted: Wanted): Read {
  const { name = WORKING_TREE, environment, isPast = false } = wanted
  const now = toSeconds(invocation.world.clock.milliseconds())
  const chosen = environment === undefined ? {} : { environment }
  const read = (from: string, isAlone: boolean, given: GivenValues): Side['found'] => {
    const end = invocation.trace.begin()
    const found = readConfiguration({ from, isAlone, now, given, ...chosen })
    if (found.outcome === 'no-project') return undefined
    end(() => `documents of ${name}: ${counted(found.sources.size, 'file')}`)
    if (found.outcome !== 'unusable-value' || !isPast) return found
    const flags = [...given.flags].filter(([each]) => each !== found.name)
    return read(from, isAlone, { ...given, flags: new Map(flags) })
  }
  return (from, isAlone = false) => read(from, isAlone, givenValues(invocation))
}

/** In a folder that only this account may look into, gone when it has been read. */
function readCommit(invocation: Invocation, commit: string, git: Git, read: Read): Side['found'] {
  const path = projectPath(invocation)
  const file = statSync(path).isFile() ? basename(path) : PROJECT_FILE
  const tree = `${commit}:${prefixOf(git).replace(/\/$/, '')}`
  const folder = mkdtempSync(join(tmpdir(), 'tokenidp-diff-'))
  try {
    if (!writeTree(git, tree, folder)) return undefined
    const project = join(folder, file)
    // Else one of a folder above would be found, and that is anybody's.
    if (!statSync(project, { throwIfNoEntry: false })?.isFile()) return undefined
    return read(project)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What was found in a side, with places that say which side where they are not of the files around us. */
export function told(side: Side): Documents & { readonly diagnostics: readonly Diagnostic[] } {
  const { root = '', sources = new Map(), diagnostics = [] } = side.found ?? {}
  if (side.name === WORKING_TREE) return { root, sources, diagnostics }
  const renamed = <P extends { readonly file: string }>(place: P): P => ({
    ...place,
    file: pathIn(side, place.file),
  })
  return {
    root,
    sources: new Map([...sources].map(([file, text]) => [pathIn(side, file), text] as const)),
    diagnostics: diagnostics.map((each) => ({
      ...each,
      at: renamed(each.at),
      related: each.related.map((other) => ({ ...other, at: renamed(other.at) })),
      // They are for files that can be written.
      fixes: [],
    })),
  }
}

/** Of a commit as git writes it: `main:acme.yaml`. */
const pathIn = ({ name, commit, folder = '' }: Side, file: string): string =>
  commit === undefined ? join(folder, file) : `${name}:${file}`
