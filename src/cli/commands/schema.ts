import { readFileSync } from 'node:fs'
import { nearest } from '../../base/nearest.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { SCHEMAS, schemaNames } from '../schema-names.ts'

const ROOT = 'tokenidp'

/** The JSON Schema of one kind, or the root that leads to all of them. Stdout is the schema itself. */
export async function schema(
  { world }: Invocation,
  _flags: unknown,
  name = ROOT,
): Promise<undefined> {
  const names = schemaNames()
  if (!names.includes(name)) {
    const meant = nearest(name, names)
    throw new Failure(
      EXIT.usage,
      `there is no schema "${name}"`,
      meant === undefined ? `use one of ${names.join(', ')}` : `tokenidp schema ${meant}`,
    )
  }
  world.io.out(readFileSync(new URL(`${name}.json`, SCHEMAS), 'utf8'))
  return undefined
}
