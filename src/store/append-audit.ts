import { canonicalJson } from '../base/json.ts'
import { chained } from './audit-chain.ts'
import type { AuditEntry, NewAuditEntry } from './config-port.ts'
import { chunksOf } from './configuration/changes.ts'
import type { Db } from './tables.ts'

/** Appends to the chain. Whoever does it holds the head until the end, so that no two follow the same entry. */
export async function record(db: Db, entries: readonly NewAuditEntry[]): Promise<void> {
  await db
    .updateTable('config_head')
    .set((each) => ({ generation: each.ref('generation') }))
    .where('owner', '=', '')
    .execute()
  const last = await db
    .selectFrom('audit_entry')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  let { seq, hash: previous } = last ?? { seq: 0, hash: '' }
  const rows = entries.map((entry) => {
    seq += 1
    const hash = chained(previous, { ...entry, seq })
    const row = auditRow({ ...entry, seq, previous, hash })
    previous = hash
    return row
  })
  for (const chunk of chunksOf(rows)) await db.insertInto('audit_entry').values(chunk).execute()
}

const auditRow = (entry: AuditEntry) => ({
  seq: entry.seq,
  revision_id: entry.revision ?? null,
  at: entry.at,
  actor: entry.actor,
  action: entry.action,
  address: entry.address,
  object_uid: entry.objectUid ?? null,
  details: canonicalJson(entry.details),
  previous: entry.previous,
  hash: entry.hash,
})
