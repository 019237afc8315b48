import { RISKS } from '../../model/risk.ts'
import { breaches, change, planMembers, toldPlan } from './change.ts'
import {
  count,
  fileOf,
  flag,
  instant,
  list,
  oneOf,
  optional,
  orNull,
  printed,
  record,
  text,
  texts,
} from './form.ts'
import { server } from './server.ts'

const savedMembers = {
  planId: text('A ULID.'),
  clusterId: orNull(text('Of the database it was made from.')),
  sourceDigest: text('Of all that desired holds, unpacked.'),
  git: record({
    commit: orNull(text()),
    ref: orNull(text()),
    isDirty: flag('There were changes that are in no commit.'),
    repoUrl: orNull(text()),
  }),
  actor: text('Who saved it.'),
  ciUrl: orNull(text('Of the job that saved it.')),
  createdAt: instant('When it was saved.'),
  expiresAt: instant('From when on it is refused.'),
  options: record({
    prune: optional(flag('Whether objects that left the documents are deleted.')),
    onDrift: optional(oneOf(['revert', 'fail', 'keep'])),
    maxDeletes: optional(count('Instead of the project’s limits.')),
    target: optional(list(text())),
  }),
  guards: record({
    maxDeletePercent: count('In percent.'),
    maxDeletes: count('Objects.'),
    allowEmpty: flag('Whether the last tenant may go.'),
    maxRisk: oneOf(RISKS),
  }),
  fingerprint: text('SHA-256 over the canonical JSON of all but itself and the signature.'),
}

const digested = record({
  address: text('So far, where it moves.'),
  specHash: text('Of what it is.'),
  appliedHash: text('Of what was applied last.'),
  isProtected: flag('lifecycle.protect is in force.'),
  reconcile: oneOf(['full', 'createOnly', 'observe']),
})

export const Plan = printed('Plan', 'What apply would change (tokenidp plan, show).', {
  ...toldPlan,
  saved: optional(
    record(
      {
        ...savedMembers,
        isExpired: flag('It is refused.'),
        signature: orNull(
          record({ algorithm: text(), kid: text('The thumbprint of the key (RFC 7638).') }),
        ),
      },
      'Of a saved plan (tokenidp show). Its signature is verified when it is applied.',
    ),
  ),
})

const source = record({
  name: text('As it was asked for.'),
  commit: orNull(text('Of git; null for a folder.')),
})

export const Difference = printed(
  'Difference',
  'What two source trees mean differently (tokenidp diff).',
  {
    base: source,
    head: source,
    environment: toldPlan.environment,
    changes: toldPlan.changes,
    breaches: toldPlan.breaches,
    renames: toldPlan.renames,
  },
)

export const Apply = printed('Apply', 'What was applied (tokenidp apply).', {
  revision: count('The one that is live now.'),
  isConverged: flag('Nothing waits for --prune.'),
  ...toldPlan,
  servers: optional(list(server, 'With --wait.')),
  alreadyThere: optional(
    list(text(), 'What a saved plan changes and somebody else had made just so, by address.'),
  ),
})

export const ApplyPhase = fileOf('ApplyPhase', 'A line of tokenidp apply -o json --stream.', {
  phase: oneOf(
    ['read', 'plan', 'apply', 'wait'],
    'Documents and secrets are read, the plan is made, it is carried out, servers are waited for.',
  ),
  state: oneOf(['begun', 'ended', 'failed'], 'What is failed is told in the last line.'),
  at: instant('When.'),
  tookMs: optional(count('Milliseconds, once it is over.')),
})

export const AppliedChange = fileOf(
  'AppliedChange',
  'A line of tokenidp apply -o json --stream, for every change once it is committed.',
  { revision: count('The one that has it.'), change },
)

export const SavedPlan = fileOf(
  'SavedPlan',
  'A plan that waits to be applied (tokenidp plan --out). Free of secrets.',
  {
    ...planMembers,
    breaches,
    base: optional(list(digested, 'What was there of the objects that change; not in format 1.0.')),
    ...savedMembers,
    desired: text('What is wanted: gzip in base64. Not for other programs.'),
    sopsFiles: optional(texts('Files of SOPS, still encrypted, by their paths.')),
    signature: optional(text('A compact JWS over the fingerprint, without its payload.')),
  },
)

const hash = (description: string) => orNull(text(description))

const trail = record(
  {
    action: oneOf(['create', 'update', 'delete', 'revive', 'release', 'record']),
    address: text('For instance Application/acme/web.'),
    movedFrom: orNull(text('Its address so far.')),
    paths: list(text(), 'Of the fields that differ, without what they hold.'),
    secrets: list(
      record({ id: text(), action: oneOf(['set', 'generate', 'expire', 'drop']) }),
      'What happens to secrets. Nothing is said of their values.',
    ),
    before: hash('Of its spec before; null where there was none.'),
    wanted: hash('Of what the documents say; null where they no longer have it.'),
    after: hash('Of what was there once it was written; null where there was none.'),
  },
  'How one object went.',
)

export const BugReport = fileOf(
  'BugReport',
  'What an apply leaves in a file that did not come to what was planned, and so changed nothing. Names and hashes only.',
  {
    node: text('The version of Node.'),
    createdAt: instant('When it was written.'),
    database: record({
      kind: oneOf(['sqlite', 'postgres', 'unknown']),
      schemaVersion: count('Of its tables.'),
    }),
    planFingerprint: text('Of the saved plan; of one that was not saved, SHA-256 of its document.'),
    found: oneOf(
      ['different', 'unloadable'],
      'A second plan would change it again, or no server could load it.',
    ),
    owner: planMembers.owner,
    baseRevision: planMembers.baseRevision,
    baseDigest: planMembers.baseDigest,
    desiredDigest: planMembers.desiredDigest,
    done: list(trail, 'What the plan did.'),
    left: list(trail, 'What it would have to do again.'),
  },
)
