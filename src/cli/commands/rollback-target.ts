import { findTarget } from '../../deploy/rollback/target.ts'
import type { Revision } from '../../store/config-port.ts'
import type { Database } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'

/** The revision of that number, or the newest of a commit; where it is not clear, of this project. */
export async function targetNamed(
  config: Database['config'],
  word: string,
  projectId: string | undefined,
): Promise<Revision> {
  const found = await findTarget(config, word, projectId && `git:${projectId}`)
  switch (found.outcome) {
    case 'found':
      return found.revision
    case 'unknown':
      throw new Failure(
        EXIT.failed,
        `"${word}" is neither the number of a revision nor the beginning of a commit that was applied`,
        'tokenidp history; of a commit, at least 7 hexadecimal digits',
      )
    case 'ambiguous':
      throw new Failure(
        EXIT.failed,
        `"${word}" may be ${found.revisions.map(({ id, owner, gitCommit }) => `revision ${id} (${owner}, ${gitCommit})`).join(' or ')}`,
        `name the revision by its number, for instance tokenidp rollback ${found.revisions[0]?.id}`,
      )
  }
}
