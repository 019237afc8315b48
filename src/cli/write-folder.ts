import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { EXIT, Failure } from './exit.ts'

/** Writes all files of a folder, or none. What is there is somebody's work, and stays. */
export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const link = linkAmong(folder, files.keys())
  if (link !== undefined)
    throw new Failure(
      EXIT.usage,
      `${join(folder, link)} is a symbolic link, and nothing is written where it leads; nothing was written`,
      'take it away, or name another folder in --out',
    )
  const taken = [...files.keys()].find((path) => existsSync(join(folder, path)))
  if (taken !== undefined)
    throw new Failure(
      EXIT.usage,
      `${join(folder, taken)} exists, and is not replaced`,
      'name another folder in --out',
    )
  try {
    const isNew = !existsSync(folder) || readdirSync(folder).length === 0
    if (isNew) writeBeside(existsSync(folder) ? realpathSync(folder) : folder, files)
    else writeInto(folder, files)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(EXIT.failed, `${folder} cannot be written: ${why}`, 'check its permissions')
  }
}

/** The first symbolic link on the way from the folder to one of the files. Whoever names a link as the folder means it. */
export const linkAmong = (folder: string, paths: Iterable<string>): string | undefined =>
  [...new Set([...paths].flatMap(wayTo))].find((path) =>
    lstatSync(join(folder, path), { throwIfNoEntry: false })?.isSymbolicLink(),
  )

const wayTo = (path: string): readonly string[] =>
  path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))

/** The folder appears when all of it is written. */
function writeBeside(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(dirname(folder), { recursive: true })
  const beside = mkdtempSync(join(dirname(folder), `.${basename(folder)}.`))
  try {
    const whole = join(beside, 'whole')
    for (const [path, text] of files) writeOne(whole, path, text)
    // Over an empty folder, where one is.
    renameSync(whole, folder)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

/** The project file comes last: without it there is no project. */
function writeInto(folder: string, files: ReadonlyMap<string, string>): void {
  const written: string[] = []
  try {
    const last = [...files].toSorted(
      ([one], [two]) => Number(one === PROJECT) - Number(two === PROJECT),
    )
    for (const [path, text] of last) {
      writeOne(folder, path, text)
      written.push(path)
    }
  } catch (error) {
    for (const path of written) unlinkSync(join(folder, path))
    for (const path of written) removeEmpty(dirname(join(folder, path)))
    throw error
  }
}

const PROJECT = 'tokenidp.yaml'

function writeOne(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text, { flag: 'wx' })
}

function removeEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}
