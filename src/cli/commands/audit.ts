import type { JsonObject } from '../../base/json.ts'
import { toSeconds } from '../../base/time.ts'
import { type Verification, verifyAudit } from '../../deploy/audit-chain.ts'
import type { AuditEntry } from '../../store/config-port.ts'
import { entryBody, entryLines } from '../audit-text.ts'
import { databaseOf, withDatabase } from '../database.ts'
import { EXIT } from '../exit.ts'
import { lengthOf, limitOf } from '../flag-values.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'

interface AuditFlags {
  readonly since?: string
  readonly object?: string
  readonly limit?: string
  readonly verify?: boolean
}

const SHOWN = 100

/** What was done to each object and by whom, the newest first; or whether nobody changed that record. */
export async function audit(invocation: Invocation, flags: AuditFlags): Promise<Outcome> {
  if (flags.verify === true) return verify(invocation)
  const limit = limitOf(flags.limit, SHOWN)
  const now = toSeconds(invocation.world.clock.milliseconds())
  const url = await databaseOf(invocation)
  const found = await withDatabase(invocation, url, { schema: 'inspect' }, ({ config }) =>
    config.audit({
      limit: limit + 1,
      ...(flags.object === undefined ? {} : { address: flags.object }),
      ...(flags.since === undefined ? {} : { since: now - lengthOf('--since', flags.since) }),
    }),
  )
  const entries = found.slice(0, limit)
  if (found.length > limit)
    invocation.warn(`only the newest ${limit} entries are listed`, 'list more with --limit')
  return {
    exit: EXIT.ok,
    kind: 'Audit',
    body: { entries: entries.map(auditBody) },
    text: entries.length === 0 ? 'No entries.\n' : `${entries.flatMap(auditLines).join('\n')}\n`,
  }
}

async function verify(invocation: Invocation): Promise<Outcome> {
  const url = await databaseOf(invocation)
  const found = await withDatabase(invocation, url, { schema: 'inspect' }, ({ config }) =>
    verifyAudit(config),
  )
  const isWhole = found.outcome === 'whole'
  return {
    exit: isWhole ? EXIT.ok : EXIT.failed,
    kind: 'AuditVerification',
    body: {
      isWhole,
      entries: found.entries,
      broken: found.outcome === 'broken' ? auditBody(found.at) : null,
      cutRevision: found.outcome === 'cut' ? found.revision : null,
    },
    text: verdict(found),
  }
}

function verdict(found: Verification): string {
  switch (found.outcome) {
    case 'whole':
      return `${found.entries} entries, each as it was written.\n`
    case 'cut':
      return `The record is cut off after entry ${found.entries}: nothing in it is of revision ${found.revision}, the newest.\n`
    case 'broken':
      return `${[
        `The record is broken at entry ${found.at.seq}: it, or one before it, was changed or taken out.`,
        ...auditLines(found.at),
      ].join('\n')}\n`
  }
}

const auditBody = (entry: AuditEntry): JsonObject => ({
  seq: entry.seq,
  revision: entry.revision ?? null,
  at: entry.at,
  actor: entry.actor,
  ...entryBody(entry),
  commit: entry.details.commit ?? null,
  reason: entry.details.reason ?? null,
  hash: entry.hash,
})

function auditLines(entry: AuditEntry): string[] {
  const { seq, revision, at, actor, details } = entry
  const [title = '', ...paths] = entryLines(entry)
  const which = revision === undefined ? '' : ` revision ${revision}`
  const why = typeof details.reason === 'string' ? `: ${details.reason}` : ''
  return [
    `${seq} ${instantText(at)} ${printable(actor)}${which} ${title}${printable(why)}`,
    ...paths,
  ]
}
