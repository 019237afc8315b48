import { chained } from '../store/audit-chain.ts'
import type { AuditEntry, ConfigStore } from '../store/config-port.ts'

export type Verification =
  | { readonly outcome: 'whole'; readonly entries: number }
  /** The first entry that is not what was written, or does not follow the one before it. */
  | { readonly outcome: 'broken'; readonly entries: number; readonly at: AuditEntry }
  /** What the newest revision did is not in it: its end was cut off. */
  | { readonly outcome: 'cut'; readonly entries: number; readonly revision: number }

const PAGE = 1000

/** Each entry holds the hash of the one before it, so that none can be changed or taken out unseen. */
export async function verifyAudit({
  auditAfter,
  revisions,
}: Pick<ConfigStore, 'auditAfter' | 'revisions'>): Promise<Verification> {
  let last: Pick<AuditEntry, 'seq' | 'hash'> = { seq: 0, hash: '' }
  let recorded = 0
  // Before the entries: what is committed meanwhile must not look cut off.
  const [newest = { id: 0 }] = await revisions(1)
  for (;;) {
    const page = await auditAfter(last.seq, PAGE)
    for (const entry of page) {
      if (!follows(entry, last)) return { outcome: 'broken', entries: last.seq, at: entry }
      last = entry
      recorded = Math.max(recorded, entry.revision ?? 0)
    }
    if (page.length < PAGE) break
  }
  // Every revision leaves entries.
  return recorded < newest.id
    ? { outcome: 'cut', entries: last.seq, revision: newest.id }
    : { outcome: 'whole', entries: last.seq }
}

const follows = (entry: AuditEntry, last: Pick<AuditEntry, 'seq' | 'hash'>): boolean =>
  entry.seq === last.seq + 1 &&
  entry.previous === last.hash &&
  entry.hash === chained(entry.previous, entry)
