import { databaseOf, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import { limitOf } from '../flag-values.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { revisionBody, revisionRow } from '../revision-text.ts'
import { table } from '../table.ts'

const SHOWN = 20

/** What was applied, the newest first. */
export async function history(
  invocation: Invocation,
  flags: { readonly limit?: string },
): Promise<Outcome> {
  const limit = limitOf(flags.limit, SHOWN)
  const url = await databaseOf(invocation)
  const found = await withDatabase(invocation, url, { schema: 'inspect' }, ({ config }) =>
    config.revisions(limit + 1),
  )
  const revisions = found.slice(0, limit)
  if (found.length > limit)
    invocation.warn(`only the newest ${limit} revisions are listed`, 'list more with --limit')
  return {
    exit: EXIT.ok,
    kind: 'History',
    body: { revisions: revisions.map(revisionBody) },
    text:
      revisions.length === 0
        ? 'Nothing is applied yet.\n  next: tokenidp apply\n'
        : table(revisions.map(revisionRow)),
  }
}
