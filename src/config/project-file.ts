import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export const PROJECT_FILE = 'tokenidp.yaml'

/** The project file that `from` means: itself, the one in that folder, or the nearest one above. */
export function findProjectFile(from: string): string | undefined {
  const start = resolve(from)
  const found = statSync(start, { throwIfNoEntry: false })
  if (found?.isFile()) return start
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, PROJECT_FILE)
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file
    if (folder === dirname(folder)) return undefined
  }
}
