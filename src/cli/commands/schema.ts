import { readdirSync, readFileSync } from 'node:fs'
import { nearest } from '../../base/nearest.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'

const DIRECTORY = new URL('../../../schemas/', import.meta.url)
const ROOT = 'tokenidp'

/** The JSON Schema of one kind, or the root that leads to all of them. Stdout is the schema itself. */
export async function schema(
  { world }: Invocation,
  _flags: unknown,
  kind = ROOT,
): Promise<undefined> {
  const kinds = readdirSync(DIRECTORY).map((name) => name.replace(/\.json$/, ''))
  if (!kinds.includes(kind)) {
    const meant = nearest(kind, kinds)
    throw new Failure(
      EXIT.usage,
      `there is no schema "${kind}"`,
      meant === undefined ? `use one of ${kinds.join(', ')}` : `tokenidp schema ${meant}`,
    )
  }
  world.io.out(readFileSync(new URL(`${kind}.json`, DIRECTORY), 'utf8'))
  return undefined
}
