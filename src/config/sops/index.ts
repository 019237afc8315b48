/** Values out of files that SOPS encrypted for keys of age: the MAC is verified, whichever value is wanted. */
import { diagnostic, startOf } from '../codes.ts'
import { type Loaded, loadFile } from '../load.ts'
import type { Problem } from '../secrets.ts'
import { isSopsFile, openSops } from './open.ts'
import { valueAt } from './value-at.ts'

/** Opens a file of the project once, for all who want a value of it. */
export async function sopsFile(
  { sources: [source], diagnostics: [trouble] }: Loaded,
  identities: readonly string[],
): Promise<(path: string) => string | Problem> {
  if (source === undefined)
    return () => unreadable(trouble?.message ?? 'there is no such file', trouble?.hint)
  const opened = await openSops(source, identities)
  return 'code' in opened ? () => opened : (path) => valueAt(source.file, opened, path)
}

const unreadable = (message: string, hint: string | undefined): Problem => ({
  code: 'TIDP1310',
  message,
  hint: hint ?? 'its path is relative to the project file, and inside its folder',
})

/** What is encrypted may travel. Nothing where it is not: any file of the folder can be named. */
export function encryptedText({ sources: [source] }: Loaded): string | undefined {
  return source && isSopsFile(source) ? source.bytes.toString('utf8') : undefined
}

const MOST_FILES = 1000
const MOST_MEGABYTES = 32

/** Files that came along with a plan, by their paths; the others from the project. However many are named, no more is read. */
export function loadSops(
  root: string,
  files: Iterable<string>,
  carried: CarriedFiles = {},
): ReadonlyMap<string, Loaded> {
  let left = MOST_MEGABYTES * 1024 * 1024
  const loaded = new Map<string, Loaded>()
  for (const file of files) {
    const isOne = loaded.size < MOST_FILES
    const found = isOne && left >= 0 ? loadOne(root, file, carried) : NOTHING
    left -= found.sources[0]?.bytes.length ?? 0
    const limit = isOne ? `${MOST_MEGABYTES} MB together` : `${MOST_FILES} files`
    loaded.set(file, isOne && left >= 0 ? found : tooMany(file, limit))
  }
  return loaded
}

const NOTHING: Loaded = { sources: [], diagnostics: [] }

const tooMany = (file: string, limit: string): Loaded => ({
  sources: [],
  diagnostics: [
    diagnostic('TIDP0012', startOf(file), `${file} is not opened: fromSops may name ${limit}`, {
      hint: 'put the values of several into one, and take out what nobody refers to',
    }),
  ],
})

function loadOne(root: string, file: string, carried: CarriedFiles): Loaded {
  const text = Object.hasOwn(carried, file) ? carried[file] : undefined
  if (text === undefined) return loadFile(root, file)
  return { sources: [{ file, bytes: Buffer.from(text) }], diagnostics: [] }
}

export type CarriedFiles = Readonly<Record<string, string>>
