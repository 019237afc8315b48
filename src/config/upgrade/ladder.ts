import type { Document } from 'yaml'

/** The way from one version of the format to the next. */
export interface Codemod {
  readonly from: string
  readonly to: string
  /** Changes the document through its nodes, so that comments stay, and answers what it did, in words. */
  upgrade(document: Document): readonly string[]
}

/** What is known of the format, the oldest version first, and the way up. */
export interface Ladder {
  readonly versions: readonly string[]
  readonly codemods: readonly Codemod[]
}

/** A new version is a name here, and a file with its codemod. No field of v1 is deprecated. */
export const LADDER: Ladder = { versions: ['v1'], codemods: [] }

export const apiVersionOf = (version: string): string => `tokenidp.dev/${version}`

/** The version that an `apiVersion` means: as it is written, or as people write it elsewhere. */
export function versionMeant(written: unknown, { versions }: Ladder): string | undefined {
  const [, number] = /^[\w./-]*\bv?(\d{1,4})$/i.exec(String(written)) ?? []
  return versions.find((version) => version === `v${number}`)
}

/** The codemods that lead there; undefined where none does. */
export function stepsBetween(
  from: string,
  to: string,
  { codemods }: Ladder,
): readonly Codemod[] | undefined {
  if (from === to) return []
  const first = codemods.find((each) => each.from === from)
  const rest =
    first && stepsBetween(first.to, to, { versions: [], codemods: without(first, codemods) })
  return first && rest && [first, ...rest]
}

const without = (codemod: Codemod, codemods: readonly Codemod[]): readonly Codemod[] =>
  codemods.filter((each) => each !== codemod)
