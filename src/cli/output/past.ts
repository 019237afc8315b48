import { RISKS } from '../../model/risk.ts'
import { environment, toldPlan } from './change.ts'
import {
  anything,
  count,
  flag,
  instant,
  list,
  oneOf,
  optional,
  orNull,
  printed,
  record,
  text,
} from './form.ts'
import { override } from './override.ts'
import { server } from './server.ts'

const REVISION_KIND = oneOf(['apply', 'rollback', 'override', 'ownership', 'secrets'])

const git = {
  commit: orNull(text()),
  ref: orNull(text()),
  isDirty: flag('There were changes that are in no commit.'),
}

const who = { actor: text(), reason: orNull(text()) }

const revision = record(
  {
    id: count('Its number.'),
    parent: orNull(count('The one before it, of the same owner.')),
    createdAt: instant('When it was committed.'),
    kind: REVISION_KIND,
    owner: text(),
    ...who,
    ...git,
    repoUrl: orNull(text()),
    ciUrl: orNull(text()),
    toolVersion: text(),
    planFingerprint: orNull(text('Of the saved plan that was applied.')),
    created: count('Objects.'),
    updated: count('Objects.'),
    deleted: count('Objects.'),
  },
  'One state that was committed.',
)

const entry = {
  address: text(),
  action: text('What happened to the object.'),
  uid: orNull(text()),
  owner: orNull(text()),
  risk: orNull(oneOf(RISKS)),
  paths: list(text(), 'The fields that changed. No values: an old one may be what had to go.'),
  secrets: list(record({ id: text(), action: text() })),
  origin: orNull(text('file:line.')),
  movedFrom: orNull(text()),
  adoptedFrom: orNull(text()),
}

const auditEntry = record({
  seq: count('Its place in the record.'),
  revision: orNull(count('The revision it belongs to.')),
  at: instant('When it was written.'),
  actor: text(),
  ...entry,
  commit: orNull(text()),
  reason: orNull(text()),
  hash: text('Over this entry and the hash of the one before it.'),
})

export const Status = printed('Status', 'What is live (tokenidp status).', {
  revision: count('0 where nothing is applied.'),
  environment: orNull(environment),
  objects: count('All that are live.'),
  owners: list(record({ owner: text('Empty for nobody.'), objects: count('Theirs.') })),
  drifted: count('Objects that are no longer as they were applied.'),
  tombstones: count('Deleted objects that can come back.'),
  collectableAt: orNull(instant('When the oldest of them may be forgotten.')),
  head: orNull(
    record(
      { kind: REVISION_KIND, ...who, createdAt: instant('When.') },
      'Of the newest revision, whatever made it.',
    ),
  ),
  pendingDeletes: list(text(), 'Objects that left the documents and wait for --prune.'),
  applied: orNull(
    record({
      revision: count('The last one that came from documents.'),
      owner: text(),
      kind: REVISION_KIND,
      ...who,
      ...git,
      createdAt: instant('When.'),
    }),
  ),
  overrides: list(override, 'In force.'),
  secrets: list(
    record({
      application: text('Its address.'),
      id: text(),
      state: oneOf(['ending', 'ended']),
      endsAt: instant('When it ends or ended.'),
      isLast: flag('No other secret of the application works for longer.'),
    }),
    'Of applications: those that end within 14 days, and those that ended and are still declared.',
  ),
  servers: list(server),
})

export const History = printed('History', 'What was applied (tokenidp history).', {
  revisions: list(revision, 'The newest first.'),
})

export const Revision = printed('Revision', 'What one revision changed (tokenidp show).', {
  revision,
  changes: list(record(entry)),
})

export const Drift = printed('Drift', 'What is no longer as it was applied (tokenidp drift).', {
  revision: count('The one that is live.'),
  drifted: list(
    record({
      address: text(),
      owner: text('Empty for nobody.'),
      fields: list(
        record({
          path: text(),
          before: optional(anything('As applied.')),
          after: optional(anything('As it is.')),
        }),
      ),
    }),
  ),
})

export const Audit = printed('Audit', 'What was done to each object (tokenidp audit).', {
  entries: list(auditEntry, 'The newest first.'),
})

export const AuditVerification = printed(
  'AuditVerification',
  'Whether the record is as it was written (tokenidp audit --verify).',
  {
    isWhole: flag('Every entry holds the hash of the one before it.'),
    entries: count('That were looked at.'),
    broken: orNull(auditEntry),
    cutRevision: orNull(count('The newest revision, of which nothing is recorded.')),
  },
)

export const Collection = printed('Collection', 'What was forgotten for ever (tokenidp gc).', {
  isDryRun: flag('It was only looked for.'),
  forgotten: list(
    record({ address: text(), uid: text(), owner: text(), deletedAt: instant('When.') }),
  ),
  removed: list(
    record({ table: text('Of the database.'), rows: count('So many.') }),
    'Rows that were over: tokens, sessions, codes and the like.',
  ),
})

export const Rollback = printed('Rollback', 'What went back (tokenidp rollback).', {
  revision: count('The one that is live now.'),
  isApplied: flag('Not with --plan-only, and not where nothing had to change.'),
  target: count('The revision whose state it is.'),
  commit: orNull(text('Its commit.')),
  revert: orNull(text('What takes the documents back too.')),
  rotatedKeys: list(text(), 'Tenants whose signing keys have changed since.'),
  unknownSecrets: list(
    record({
      address: text(),
      id: text(),
      source: text('Where the documents of then have it from.'),
      mustBeSet: flag('There is none in the database that could stay.'),
    }),
  ),
  ...toldPlan,
  servers: optional(list(server, 'With --wait.')),
})

export const Export = printed('Export', 'What is live, as documents (tokenidp export).', {
  revision: count('What was live.'),
  owner: text('Whose objects they are.'),
  files: list(record({ path: text('Below the folder.'), text: text() }), 'A whole project.'),
  literals: list(
    record({ address: text(), id: text(), variable: text('It is taken from it instead.') }),
    'Secrets that were written into documents, and so cannot be exported.',
  ),
})

export const Ownership = printed('Ownership', 'Owners that changed (tokenidp adopt, release).', {
  revision: count('The new one; without a change, the one that is live.'),
  action: oneOf(['adopt', 'release']),
  owner: text('The project that took over or let go.'),
  objects: list(
    record({
      address: text(),
      uid: text(),
      from: text('Empty for nobody.'),
      to: text('Likewise.'),
    }),
  ),
})
