import type { EpochSeconds } from '../../base/time.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { Interaction, Interactions } from '../port.ts'
import type { InteractionRow } from '../rows/browsers.ts'
import type { Db } from '../tables.ts'
import { inSession, insertAuthorization } from './authorization-rows.ts'
import { insertCode } from './codes.ts'
import { consumePushed } from './pushed-requests.ts'

export const interactions = (engine: Engine, tenant: string): Interactions => ({
  async begin(interaction) {
    await engine.statement((db) => insertRow(db, rowOf(tenant, interaction)))
  },

  async find(digest, now) {
    const [row] = await engine.read((db) => rowAt(db, { tenant, digest, now }))
    return row === undefined ? undefined : interactionOf(row)
  },

  async choose(digest, sessionUid) {
    await engine.statement((db) =>
      openRow(db, tenant, digest).set({ chosen_session_uid: sessionUid }).execute(),
    )
  },

  complete: (digest, allowed, code, now) =>
    engine.transaction(async (db) => {
      const authorization = await inSession(db, tenant, allowed)
      if (authorization === undefined) return false
      if (!(await finish(db, tenant, digest, now))) return false
      await insertAuthorization(db, tenant, authorization, code.expiresAt)
      await insertCode(db, tenant, authorization.uid, code)
      return true
    }),

  refuse: (digest, now) => engine.transaction((db) => finish(db, tenant, digest, now)),
})

const openRow = (db: Db, tenant: string, digest: string) =>
  db
    .updateTable('interaction')
    .where('tenant', '=', tenant)
    .where('digest', '=', digest)
    .where('completed_at', 'is', null)

interface At {
  readonly tenant: string
  readonly digest: string
  readonly now: EpochSeconds
}

/** A row can stop being open only once, so one caller is told so. */
async function finish(db: Db, tenant: string, digest: string, now: EpochSeconds): Promise<boolean> {
  if (!(await consumePushedOf(db, { tenant, digest, now }))) return false
  const finished = await close(db, { tenant, digest, now })
  return finished.length > 0
}

const close = compiled((db, { tenant, digest, now }: At) =>
  openRow(db, tenant, digest)
    .set({ completed_at: now })
    .where('expires_at', '>', now)
    .returning('digest'),
)

/** True also where there is none. It comes first: nothing has been changed when another used it up. */
async function consumePushedOf(db: Db, at: At): Promise<boolean> {
  const [row] = await pushedKeyAt(db, at)
  const key = row?.pushed_key ?? undefined
  return key === undefined || consumePushed(db, at.tenant, key, at.now)
}

const pushedKeyAt = compiled((db, { tenant, digest }: At) =>
  db
    .selectFrom('interaction')
    .select('pushed_key')
    .where('tenant', '=', tenant)
    .where('digest', '=', digest),
)

const rowAt = compiled((db, { tenant, digest, now }: At) =>
  db
    .selectFrom('interaction')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('digest', '=', digest)
    .where('expires_at', '>', now),
)

const insertRow = compiled((db, row: InteractionRow) =>
  db.insertInto('interaction').values({
    tenant: row.tenant,
    digest: row.digest,
    application_uid: row.application_uid,
    browser_digest: row.browser_digest,
    request: row.request,
    created_at: row.created_at,
    expires_at: row.expires_at,
    session_uid: row.session_uid,
    chosen_session_uid: row.chosen_session_uid,
    pushed_key: row.pushed_key,
    completed_at: row.completed_at,
  }),
)

const rowOf = (tenant: string, interaction: Interaction): InteractionRow => ({
  tenant,
  digest: interaction.digest,
  application_uid: interaction.applicationUid,
  browser_digest: interaction.browserDigest,
  request: JSON.stringify(interaction.request),
  created_at: interaction.createdAt,
  expires_at: interaction.expiresAt,
  session_uid: interaction.authenticatedSessionUid ?? null,
  chosen_session_uid: interaction.chosenSessionUid ?? null,
  pushed_key: interaction.pushedKey ?? null,
  completed_at: interaction.completedAt ?? null,
})

const interactionOf = (row: InteractionRow): Interaction => ({
  digest: row.digest,
  applicationUid: row.application_uid,
  browserDigest: row.browser_digest,
  request: JSON.parse(row.request),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  authenticatedSessionUid: row.session_uid ?? undefined,
  chosenSessionUid: row.chosen_session_uid ?? undefined,
  pushedKey: row.pushed_key ?? undefined,
  completedAt: row.completed_at ?? undefined,
})
