import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import { type EndingSecret, noticedSecrets } from '../../deploy/ending-secrets.ts'
import { isInForce } from '../../deploy/override/in-force.ts'
import { named } from '../../deploy/override/named.ts'
import { pendingDeletes } from '../../deploy/pending.ts'
import { type Survey, survey } from '../../deploy/survey.ts'
import type { LiveState, Revision } from '../../store/config-port.ts'
import type { ServerInstance } from '../../store/port.ts'
import { databaseOf, timeIn, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { overridesBody, overrideText } from '../override-text.ts'
import { printable } from '../printable.ts'
import { commitText } from '../revision-text.ts'
import { endsBody, endsTexts } from '../secret-ends.ts'
import { serverBody, serverText } from '../servers.ts'

/** What is applied, by whom, what became of it since, and which servers serve it. */
export async function status(invocation: Invocation): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'inspect' }, async (database) => {
    const { config, system } = database
    const live = await config.live()
    const [revision] = await config.revisions(1)
    const applied = await config.lastApplied()
    const pending = await pendingDeletes(config, live)
    const servers = live.revision === 0 ? [] : await system.instances()
    const now = await timeIn(database, invocation.world)
    const ends = noticedSecrets(live, now)
    const counted = survey(live)
    const found: Found = { live, revision, applied, pending, servers, counted, now, ends }
    return {
      exit: EXIT.ok,
      kind: 'Status',
      body: bodyOf(found),
      text:
        revision === undefined
          ? 'Nothing is applied yet.\n  next: tokenidp apply\n'
          : `${linesOf(revision, found).join('\n')}\n`,
    }
  })
}

interface Found {
  readonly live: LiveState
  readonly revision: Revision | undefined
  /** The last one that came from documents. */
  readonly applied: Revision | undefined
  readonly pending: readonly string[]
  readonly servers: readonly ServerInstance[]
  readonly counted: Survey
  readonly now: EpochSeconds
  /** Of client secrets, those that are soon or past. */
  readonly ends: readonly EndingSecret[]
}

const bodyOf = ({
  live,
  revision,
  applied,
  pending,
  servers,
  counted,
  now,
  ends,
}: Found): JsonObject => ({
  revision: live.revision,
  environment: live.environment ?? null,
  objects: live.objects.length,
  owners: counted.owners.map((each) => ({ ...each })),
  drifted: counted.drifted,
  tombstones: counted.tombstones,
  collectableAt: counted.collectableAt ?? null,
  head: revision === undefined ? null : headBody(revision),
  pendingDeletes: [...pending],
  applied: applied === undefined ? null : appliedBody(applied),
  overrides: overridesBody(named(live), now),
  secrets: endsBody(ends, now),
  servers: servers.map((server) => serverBody(server, now)),
})

const headBody = ({ kind, actor, reason, createdAt }: Revision): JsonObject => ({
  kind,
  actor,
  reason: reason ?? null,
  createdAt,
})

const appliedBody = (revision: Revision): JsonObject => ({
  revision: revision.id,
  owner: revision.owner,
  kind: revision.kind,
  actor: revision.actor,
  reason: revision.reason ?? null,
  commit: revision.gitCommit ?? null,
  ref: revision.gitRef ?? null,
  isDirty: revision.gitDirty,
  createdAt: revision.createdAt,
})

/** What is as it should be goes without saying. */
function linesOf(revision: Revision, found: Found): string[] {
  const { live, applied = revision, pending, servers, counted, now, ends } = found
  const { environment } = live
  return [
    line('revision', `${live.revision}, ${madeText(revision)}`),
    line('environment', `${environment?.name ?? '?'} (${environment?.kind ?? '?'})`),
    ...(applied.id === revision.id ? [] : [line('applied', `${applied.id}, ${madeText(applied)}`)]),
    line('owner', applied.owner),
    line('commit', commitText(applied)),
    line('objects', String(live.objects.length)),
    ...countLines(counted),
    ...(pending.length === 0 ? [] : [line('pending', pendingText(pending))]),
    ...named(live)
      .filter((each) => isInForce(each, now))
      .map((each) => line('override', overrideText(each, now))),
    ...endsTexts(ends, now).map((text) => line('secret', text)),
    ...(servers.length === 0
      ? [line('servers', 'none')]
      : servers.map((server) => line('server', serverText(server, now)))),
  ]
}

const madeText = ({ kind, createdAt, actor }: Revision): string =>
  `${kind === 'apply' ? '' : `${kind} `}${instantText(createdAt)} by ${actor}`

function pendingText([first = '', ...others]: readonly string[]): string {
  const what = others.length === 0 ? first : `${first} and ${others.length} more`
  return `${what}, gone from the documents: tokenidp apply --prune`
}

const line = (name: string, text: string): string => printable(`${name.padEnd(12)} ${text}`)

const countLines = ({ owners, drifted, tombstones, collectableAt = 0 }: Survey): string[] => [
  ...(owners.length < 2
    ? []
    : owners.map(({ owner, objects }) =>
        line('', `${objects} of ${owner === '' ? 'nobody' : owner}`),
      )),
  ...(drifted === 0 ? [] : [line('drifted', `${drifted}: tokenidp drift`)]),
  ...(tombstones === 0
    ? []
    : [line('deleted', `${tombstones}, the oldest kept until ${instantText(collectableAt)}`)]),
]
