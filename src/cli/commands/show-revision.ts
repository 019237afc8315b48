import type { Revision } from '../../store/config-port.ts'
import { entryBody, entryLines } from '../audit-text.ts'
import { type Database, databaseOf, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'
import { commitText, revisionBody } from '../revision-text.ts'

export const isRevision = (word: string): boolean => /^\d{1,9}$/.test(word)

/** One revision, and what it did to each object. */
export async function showRevision(invocation: Invocation, word: string): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'inspect' }, async ({ config }) => {
    const revision = await revisionNamed(config, Number(word))
    const { id } = revision
    const newestFirst = await config.audit({
      revisions: { from: id, to: id },
      limit: Number.MAX_SAFE_INTEGER,
    })
    const entries = newestFirst.toReversed()
    return {
      exit: EXIT.ok,
      kind: 'Revision',
      body: { revision: revisionBody(revision), changes: entries.map(entryBody) },
      text: `${[...aboutLines(revision), '', ...entries.flatMap(entryLines)].join('\n')}\n`,
    }
  })
}

async function revisionNamed(
  config: Pick<Database['config'], 'revision' | 'revisions'>,
  id: number,
): Promise<Revision> {
  const revision = await config.revision(id)
  if (revision !== undefined) return revision
  const [newest] = await config.revisions(1)
  throw new Failure(
    EXIT.failed,
    newest === undefined
      ? 'nothing is applied to this database yet'
      : `there is no revision ${id}; the newest is ${newest.id}`,
    newest === undefined ? 'tokenidp apply' : 'tokenidp history',
  )
}

function aboutLines(revision: Revision): string[] {
  const { reason, repoUrl, ciUrl } = revision
  const about: readonly (readonly [string, string | undefined])[] = [
    ['revision', `${revision.id} (${revision.kind})`],
    ['applied', `${instantText(revision.createdAt)} by ${revision.actor}`],
    ['owner', revision.owner],
    ['commit', commitText(revision)],
    ['repository', repoUrl],
    ['job', ciUrl],
    ['reason', reason],
  ]
  return about
    .filter(([, text]) => text !== undefined)
    .map(([name, text = '']) => `${name.padEnd(12)} ${printable(text)}`)
}
