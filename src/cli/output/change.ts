import { RISKS } from '../../model/risk.ts'
import { anything, count, list, oneOf, optional, place, record, text } from './form.ts'
import { override } from './override.ts'

const RISK = oneOf(RISKS, 'What it may do to those who depend on it.')

const field = record(
  {
    path: text('In the normal form, for instance tokens.access.ttl.'),
    before: optional(anything('Left out where the field was not there.')),
    after: optional(anything('Left out where the field goes.')),
    class: oneOf(
      ['changed', 'drift', 'conflict'],
      'Whose doing it is: the documents’, somebody’s behind their back, or both.',
    ),
    risk: RISK,
    reason: optional(text('Why it is not safe.')),
    origin: place,
  },
  'One field that differs.',
)

const secret = record(
  { id: text(), action: oneOf(['set', 'generate', 'expire', 'drop']) },
  'What happens to a secret. Nothing is said of its value.',
)

export const change = record(
  {
    action: oneOf(['create', 'update', 'delete', 'revive', 'release', 'record']),
    address: text('For instance Application/acme/web.'),
    movedFrom: optional(text('Its address so far.')),
    adoptedFrom: optional(text('Its owner so far; empty for nobody.')),
    risk: RISK,
    reasons: list(text(), 'Why it is not safe.'),
    fields: list(field),
    secrets: list(secret),
    pending: optional(oneOf(['prune'], 'It is not carried out: it waits for --prune.')),
    blocked: optional(
      oneOf(
        ['protected', 'drift', 'conflict', 'owned', 'orphaned', 'risk'],
        'Why apply refuses the whole plan.',
      ),
    ),
    origin: place,
  },
  'What happens to one object.',
)

export const environment = record({
  name: text(),
  kind: oneOf(['dev', 'production']),
})

const GUARD = oneOf(['maxDeletes', 'maxDeletePercent', 'allowEmpty'])

const breach = {
  guard: GUARD,
  limit: count('What the project allows.'),
  actual: count('What the plan would do.'),
}

/** A plan, wherever it is told. */
export const planMembers = {
  owner: text('git:<project>.'),
  environment,
  baseRevision: count('Of the database it was made from; 0 for an empty one.'),
  baseDigest: text('Of what the project has live there.'),
  desiredDigest: text('Of what the documents want: the same in every database.'),
  changes: list(change),
  renames: list(
    record({ from: text(), to: text() }),
    'Deletions and creations that look like one object under a new name.',
  ),
  unmanaged: count('Objects of other owners, which are not touched.'),
  kept: list(text(), 'Changed behind the documents’ back, and left so.'),
}

export const breaches = list(record(breach), 'Limits of the project that the plan goes beyond.')

const toldBreaches = list(
  record({ ...breach, message: text() }),
  'Limits of the project that the plan goes beyond.',
)

/** As `-o json` tells it. */
export const toldPlan = {
  ...planMembers,
  breaches: toldBreaches,
  pendingDeletes: count('Deletions that wait for --prune.'),
  overrides: optional(list(override, 'In force in the database. No plan touches them.')),
}
