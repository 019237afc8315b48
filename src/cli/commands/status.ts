import type { JsonObject } from '../../base/json.ts'
import { toSeconds } from '../../base/time.ts'
import type { Revision } from '../../store/config-port.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { serverBody, serverText } from '../servers.ts'

/** What is applied, by whom, and which servers serve it. */
export async function status(invocation: Invocation): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'inspect' }, async ({ config, system }) => {
    const live = await config.live()
    const [revision] = await config.revisions(1)
    const now = toSeconds(invocation.world.clock.milliseconds())
    const servers = live.revision === 0 ? [] : await system.instances()
    return {
      exit: EXIT.ok,
      kind: 'Status',
      body: {
        revision: live.revision,
        environment: live.environment ?? null,
        objects: live.objects.length,
        applied: revision === undefined ? null : revisionBody(revision),
        servers: servers.map((server) => serverBody(server, now)),
      },
      text:
        revision === undefined
          ? 'Nothing is applied yet.\n  next: tokenidp apply\n'
          : `${[
              `revision     ${live.revision}, ${instantText(revision.createdAt)} by ${revision.actor}`,
              `environment  ${live.environment?.name ?? '?'} (${live.environment?.kind ?? '?'})`,
              `owner        ${revision.owner}`,
              `commit       ${commitText(revision)}`,
              `objects      ${live.objects.length}`,
              ...(servers.length === 0
                ? ['servers      none']
                : servers.map((server) => `server       ${serverText(server, now)}`)),
            ].join('\n')}\n`,
    }
  })
}

const revisionBody = (revision: Revision): JsonObject => ({
  owner: revision.owner,
  actor: revision.actor,
  reason: revision.reason ?? null,
  commit: revision.gitCommit ?? null,
  ref: revision.gitRef ?? null,
  isDirty: revision.gitDirty,
  createdAt: revision.createdAt,
})

const commitText = ({ gitCommit, gitRef, gitDirty }: Revision): string =>
  gitCommit === undefined
    ? 'none'
    : `${gitCommit.slice(0, 12)} ${gitRef ?? ''}${gitDirty ? ' with local changes' : ''}`
