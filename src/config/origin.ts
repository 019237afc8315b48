import type { Place } from './desired-state.ts'
import type { Path } from './locate.ts'
import type { Item } from './schema.ts'

/**
 * Where a field was written, by its path in the normal form: `tokens.access.ttl`,
 * `clientAuth.secrets[first].expiresAt` or `lifecycle.protect`. Else where its nearest parent was.
 */
export function placeOf(item: Item, path: string): Place {
  const steps = path.split(/[.[]/).map((step) => step.replace(/\]$/, ''))
  const rooted = steps[0] === 'lifecycle' ? steps : ['spec', ...steps]
  const { file, line } = item.source.at(written(item.document, rooted))
  return { file, line }
}

/** Elements are named by their id or name in the normal form, and by their place in a document. */
function written(document: unknown, steps: readonly string[]): Path {
  const path: (string | number)[] = []
  let value = document
  for (const step of steps) {
    const key = Array.isArray(value) ? value.findIndex((each) => nameOf(each) === step) : step
    if (key === -1) break
    path.push(key)
    value = isRecord(value) ? value[key] : undefined
  }
  return path
}

const nameOf = (value: unknown): unknown => (isRecord(value) ? (value.id ?? value.name) : undefined)

const isRecord = (value: unknown): value is Readonly<Record<string | number, unknown>> =>
  typeof value === 'object' && value !== null
