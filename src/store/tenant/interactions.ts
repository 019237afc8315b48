import type { EpochSeconds } from '../../base/time.ts'
import { compiled } from '../compiled.ts'
import type { Engine } from '../engine.ts'
import type { Interaction, Interactions } from '../port.ts'
import type { InteractionRow } from '../rows/browsers.ts'
import { allow, refuse } from './answering.ts'

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
      db
        .updateTable('interaction')
        .set({ chosen_session_uid: sessionUid })
        .where('tenant', '=', tenant)
        .where('digest', '=', digest)
        .where('completed_at', 'is', null)
        .execute(),
    )
  },

  complete: (key, allowed, code, now) => allow(engine, tenant, { ...key, allowed, code, now }),

  refuse: (key, now) => refuse(engine, tenant, key, now),
})

interface At {
  readonly tenant: string
  readonly digest: string
  readonly now: EpochSeconds
}

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
