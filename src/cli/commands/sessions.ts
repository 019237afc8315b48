import { type EpochSeconds, toSeconds } from '../../base/time.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { SessionRecord, TenantStore, Visited } from '../../store/port.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { table } from '../table.ts'
import { applicationName, tenantNamed, toldOf, userNamed } from '../tenants.ts'

const PAGE = 500
const SHOWN = 100

export async function listSessions(
  invocation: Invocation,
  flags: { readonly user?: string; readonly limit?: string },
  name: string,
): Promise<Outcome> {
  const limit = flags.limit === undefined ? SHOWN : limitOf(flags.limit)
  return within(invocation, name, async ({ tenant, store, now }) => {
    const user = flags.user === undefined ? undefined : await userNamed(store, name, flags.user)
    const found = await newestSessions(store, { userUid: user?.uid, most: limit + 1 }, now)
    const sessions = found.slice(0, limit)
    if (found.length > limit)
      invocation.warn(
        `only the newest ${limit} sessions are listed, there are more`,
        'list more of them with --limit, or those of one person with --user',
      )
    return {
      exit: EXIT.ok,
      kind: 'Sessions',
      body: { tenant: name, sessions: sessions.map((session) => sessionBody(session, tenant)) },
      text:
        sessions.length === 0
          ? 'Nobody is signed in.\n'
          : table(sessions.map((session) => sessionRow(session, tenant))),
    }
  })
}

/** The applications are told by the servers that run, or by the next one that starts. */
export async function endSession(
  invocation: Invocation,
  flags: { readonly user?: string },
  name: string,
  id?: string,
): Promise<Outcome> {
  if ((id === undefined) === (flags.user === undefined))
    throw new Failure(
      EXIT.usage,
      'say which session is to end: its id, or --user for all of a person',
      `tokenidp sessions list ${name}`,
    )
  return within(invocation, name, async ({ tenant, store, now }) => {
    const ending = await sessionsToEnd(store, { tenant: name, id, login: flags.user }, now)
    invocation.interruption.pointOfNoReturn()
    const visited: Visited[] = []
    for (const { uid } of ending) visited.push(...(await store.sessions.end(uid, now)))
    const told = toldOf(visited, tenant)
    return {
      exit: EXIT.ok,
      kind: 'SessionEnd',
      body: { tenant: name, ended: ending.map(({ uid }) => uid), told },
      text: `${endedText(ending.length)}${toldText(told)}`,
    }
  })
}

export const endedText = (count: number): string =>
  count === 0
    ? 'There was no session to end.\n'
    : `Ended ${count} ${count === 1 ? 'session' : 'sessions'}.\n`

export const toldText = (told: readonly string[]): string =>
  told.length === 0 ? '' : `Told by the servers: ${told.join(', ')}.\n`

async function sessionsToEnd(
  store: TenantStore,
  { tenant, id, login }: { tenant: string; id: string | undefined; login: string | undefined },
  now: EpochSeconds,
): Promise<readonly { readonly uid: string }[]> {
  if (login !== undefined)
    return newestSessions(store, { userUid: (await userNamed(store, tenant, login)).uid }, now)
  const session = id === undefined ? undefined : await store.sessions.find(id, now)
  if (session !== undefined) return [session]
  throw new Failure(
    EXIT.failed,
    `there is no session "${id}" in ${tenant}, or it has ended`,
    `tokenidp sessions list ${tenant}`,
  )
}

interface Work {
  readonly tenant: Tenant
  readonly store: TenantStore
  readonly now: EpochSeconds
}

async function within(
  invocation: Invocation,
  name: string,
  work: (work: Work) => Promise<Outcome>,
): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const tenant = await tenantNamed(database, name)
    const now = toSeconds(invocation.world.clock.milliseconds())
    return work({ tenant, store: database.tenant(tenant.uid), now })
  })
}

async function newestSessions(
  { sessions }: TenantStore,
  wanted: { readonly userUid: string | undefined; readonly most?: number },
  now: EpochSeconds,
): Promise<readonly SessionRecord[]> {
  const { userUid, most = Number.POSITIVE_INFINITY } = wanted
  const found: SessionRecord[] = []
  while (found.length < most) {
    const limit = Math.min(PAGE, most - found.length)
    const page = await sessions.list({ userUid, before: found.at(-1)?.uid, limit }, now)
    found.push(...page)
    if (page.length < limit) break
  }
  return found
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new Failure(EXIT.usage, `"${text}" is not a number of sessions`, 'write for instance 1000')
}

const sessionBody = (session: SessionRecord, tenant: Tenant) => ({
  id: session.uid,
  username: session.username,
  signedInAt: session.authTime,
  usedAt: session.usedAt,
  expiresAt: Math.min(session.idleExpiresAt, session.expiresAt),
  browser: session.browserWords ?? null,
  applications: session.applicationUids.map((uid) => applicationName(uid, tenant)),
})

const sessionRow = (session: SessionRecord, tenant: Tenant): string[] => [
  session.uid,
  session.username,
  `since ${instantText(session.authTime)}`,
  `used ${instantText(session.usedAt)}`,
  session.browserWords ?? '',
  session.applicationUids.map((uid) => applicationName(uid, tenant)).join(' '),
]
