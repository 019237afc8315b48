import { sha256 } from '../base/digest.ts'
import type { GivenValues } from './compose/given.ts'
import type { SourceFile } from './load.ts'
import { digestOf, type ParseCache } from './parse-cache.ts'

/** Whether nothing was found in the same documents before, which then need no second look. */
export interface Soundness {
  readonly isKnown: boolean
  keep(): void
}

/** What documents mean depends on this besides themselves. */
interface Reading {
  readonly environment: string
  readonly given: GivenValues
  /** Of files that documents take as text, by their paths. */
  readonly texts: ReadonlyMap<string, string>
}

export function soundnessOf(
  sources: readonly SourceFile[],
  { environment, given, texts }: Reading,
  cache: ParseCache,
): Soundness {
  const read = [
    sources.map(digestOf),
    environment,
    [...given.flags],
    [...given.process],
    [...texts],
  ]
  const digest = sha256(JSON.stringify(read)).toString('base64url')
  return { isKnown: cache.isSound(digest), keep: () => cache.keepSound(digest) }
}
