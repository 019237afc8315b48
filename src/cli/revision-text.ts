import type { JsonObject } from '../base/json.ts'
import type { Revision } from '../store/config-port.ts'
import { instantText } from './io.ts'
import { printable } from './printable.ts'

/** How many objects a revision changed, by what happened to them. */
export interface Counts {
  readonly created: number
  readonly updated: number
  readonly deleted: number
}

const countsOf = ({ summary }: Pick<Revision, 'summary'>): Counts => ({
  created: lengthOf(summary.create),
  updated: lengthOf(summary.update),
  deleted: lengthOf(summary.delete),
})

const lengthOf = (value: JsonObject[string] | undefined): number =>
  Array.isArray(value) ? value.length : 0

/** One revision as other programs read it. */
export const revisionBody = (revision: Revision): JsonObject => ({
  id: revision.id,
  parent: revision.parent ?? null,
  createdAt: revision.createdAt,
  kind: revision.kind,
  owner: revision.owner,
  actor: revision.actor,
  reason: revision.reason ?? null,
  commit: revision.gitCommit ?? null,
  ref: revision.gitRef ?? null,
  isDirty: revision.gitDirty,
  repoUrl: revision.repoUrl ?? null,
  ciUrl: revision.ciUrl ?? null,
  toolVersion: revision.toolVersion,
  planFingerprint: revision.planFingerprint ?? null,
  ...countsOf(revision),
})

/** In columns, for `table`. */
export const revisionRow = (revision: Revision): string[] => {
  const { created, updated, deleted } = countsOf(revision)
  return [
    String(revision.id),
    instantText(revision.createdAt),
    revision.kind,
    `+${created} ~${updated} -${deleted}`,
    printable(revision.owner),
    printable(revision.actor),
    printable(commitText(revision)),
    printable(revision.reason ?? ''),
  ]
}

export const commitText = ({ gitCommit, gitRef, gitDirty }: Revision): string =>
  gitCommit === undefined
    ? '-'
    : [
        gitCommit.slice(0, 12),
        ...(gitRef === undefined ? [] : [gitRef.replace(/^refs\/heads\//, '')]),
        ...(gitDirty ? ['(with local changes)'] : []),
      ].join(' ')
