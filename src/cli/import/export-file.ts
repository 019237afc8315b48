import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT, Failure } from '../exit.ts'
import type { World } from '../invocation.ts'

/** The bytes of a file, or of standard input; of what is far too much, only enough to see that it is. */
export async function readExportFile(file: string, world: World, most: number): Promise<Buffer> {
  if (file === '-') return Buffer.from(await world.io.read(most))
  const path = resolve(world.directory, file)
  try {
    const open = openSync(path, 'r')
    try {
      const found = fstatSync(open)
      if (!found.isFile()) throw new Error('it is not a regular file')
      return found.size > most ? Buffer.alloc(most + 1) : readFileSync(open)
    } finally {
      closeSync(open)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(
      EXIT.usage,
      `${path} cannot be read: ${why}`,
      'name the export, or - for standard input',
    )
  }
}
