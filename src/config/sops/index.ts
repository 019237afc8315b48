/** Values out of files that SOPS encrypted for keys of age: the MAC is verified, whichever value is wanted. */
import { type Loaded, loadFile } from '../load.ts'
import type { Problem } from '../secrets.ts'
import { isSopsFile, openSops } from './open.ts'
import { valueAt } from './value-at.ts'

/** Opens a file of the project once, for all who want a value of it. */
export async function sopsFile(
  { sources: [source], diagnostics: [trouble] }: Loaded,
  identities: readonly string[],
): Promise<(path: string) => string | Problem> {
  if (source === undefined) return () => unreadable(trouble?.message ?? 'there is no such file')
  const opened = await openSops(source, identities)
  return 'code' in opened ? () => opened : (path) => valueAt(source.file, opened, path)
}

const unreadable = (message: string): Problem => ({
  code: 'TIDP1310',
  message,
  hint: 'its path is relative to the project file, and inside its folder',
})

/** What is encrypted may travel. Nothing where it is not: any file of the folder can be named. */
export function encryptedText(root: string, file: string): string | undefined {
  const [source] = loadFile(root, file).sources
  return source && isSopsFile(source) ? source.bytes.toString('utf8') : undefined
}

/** Files that came along with a plan, by their paths; the others from the project. */
export function loadSops(root: string, file: string, carried: CarriedFiles = {}): Loaded {
  const text = Object.hasOwn(carried, file) ? carried[file] : undefined
  if (text === undefined) return loadFile(root, file)
  return { sources: [{ file, bytes: Buffer.from(text) }], diagnostics: [] }
}

export type CarriedFiles = Readonly<Record<string, string>>
