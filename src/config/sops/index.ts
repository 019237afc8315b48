/** Values out of files that SOPS encrypted for keys of age: the MAC is verified, whichever value is wanted. */
import { loadFile } from '../load.ts'
import type { Problem } from '../secrets.ts'
import { type OpenedMap, openSops } from './open.ts'
import { valueAt } from './value-at.ts'

/** Opens a file of the project once, for all who want a value of it. */
export async function sopsFile(
  root: string,
  file: string,
  identities: readonly string[],
): Promise<(path: string) => string | Problem> {
  const opened = await openedFile(root, file, identities)
  return 'code' in opened ? () => opened : (path) => valueAt(file, opened, path)
}

async function openedFile(
  root: string,
  file: string,
  identities: readonly string[],
): Promise<OpenedMap | Problem> {
  const { sources, diagnostics } = loadFile(root, file)
  const [source] = sources
  if (source !== undefined) return openSops(source, identities)
  return {
    code: 'TIDP1310',
    message: diagnostics[0]?.message ?? `cannot read ${file}`,
    hint: 'its path is relative to the project file, and inside its folder',
  }
}
