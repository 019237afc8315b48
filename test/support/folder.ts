import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Folder {
  readonly path: string
  write(file: string, text: string): void
  remove(): void
}

/** A temporary folder of these files, until it is removed. */
export function aFolder(files: Readonly<Record<string, string>>): Folder {
  const path = mkdtempSync(join(tmpdir(), 'tokenidp-folder-'))
  for (const [file, text] of Object.entries(files)) write(path, file, text)
  return {
    path,
    write: (file, text) => write(path, file, text),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

export function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
