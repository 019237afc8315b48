import { digest } from '../base/digest.ts'
import { canonicalJson } from '../base/json.ts'
import type { AuditEntry, NewAuditEntry } from './config-port.ts'

/** Of an entry and, through the one before it, of all that came before. */
export const chained = (previous: string, entry: NewAuditEntry & Pick<AuditEntry, 'seq'>): string =>
  digest(
    canonicalJson([
      previous,
      entry.seq,
      entry.revision ?? null,
      entry.at,
      entry.actor,
      entry.action,
      entry.address,
      entry.objectUid ?? null,
      entry.details,
    ]),
  )
