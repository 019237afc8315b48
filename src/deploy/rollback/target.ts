import type { ConfigStore, Revision } from '../../store/config-port.ts'

export type Target =
  | { readonly outcome: 'found'; readonly revision: Revision }
  | { readonly outcome: 'unknown' }
  /** The word begins several commits, or one commit was applied by several projects: the newest of each. */
  | { readonly outcome: 'ambiguous'; readonly revisions: readonly Revision[] }

/** A revision by its number, or the newest one of a commit; of this owner, if it has one. */
export async function findTarget(
  config: Pick<ConfigStore, 'revision' | 'revisionsOf'>,
  word: string,
  owner: string | undefined,
): Promise<Target> {
  const numbered = /^\d{1,9}$/.test(word) ? await config.revision(Number(word)) : undefined
  if (numbered !== undefined) return { outcome: 'found', revision: numbered }
  if (!/^[0-9a-f]{7,64}$/.test(word)) return { outcome: 'unknown' }
  const all = await config.revisionsOf(word)
  const own = all.filter((each) => each.owner === owner)
  return chosen(own.length > 0 ? own : all)
}

function chosen(revisions: readonly Revision[]): Target {
  const [revision] = revisions
  if (revision === undefined) return { outcome: 'unknown' }
  const kinds = Map.groupBy(revisions, (each) => `${each.gitCommit} ${each.owner}`)
  if (kinds.size > 1)
    return {
      outcome: 'ambiguous',
      revisions: [...kinds.values()].flatMap(([newest]) => newest ?? []),
    }
  return { outcome: 'found', revision }
}
