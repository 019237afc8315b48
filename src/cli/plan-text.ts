import type { Json, JsonObject } from '../base/json.ts'
import { guardText } from '../deploy/apply/checks.ts'
import { type Change, isExecuted, type PlannedField } from '../deploy/plan/change.ts'
import type { RenameHint } from '../deploy/plan/renames.ts'
import type { PlanContents } from '../deploy/plan.ts'
import type { SecretChange } from '../deploy/secrets.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable.ts'

const SIGN = {
  create: '+',
  revive: '+',
  update: '~',
  record: '=',
  release: '!',
  delete: '-',
} as const
const HUE = {
  create: 'good',
  revive: 'good',
  update: 'warn',
  record: 'faint',
  release: 'warn',
  delete: 'bad',
} as const

/** The plan as a person reads it. */
export function planText(plan: PlanContents, paint: Paint): string {
  const about = aroundText(plan)
  if (plan.changes.length === 0)
    return `No changes: revision ${plan.baseRevision} is what the documents say.\n${about}`
  return [
    ...plan.changes.flatMap((change) => changeLines(change, paint)),
    '',
    ...plan.renames.map(renameText),
    ...plan.breaches.map((breach) => paint.bad(`guard: ${guardText(breach)}`)),
    counts(plan),
    about,
  ].join('\n')
}

export function counts({ changes }: PlanContents): string {
  const of = (...actions: Change['action'][]): number =>
    changes.filter((change) => isExecuted(change) && actions.includes(change.action)).length
  const waiting = changes.length - changes.filter(isExecuted).length
  const others = [
    [of('release'), 'to release'],
    [of('record'), 'to record'],
    [waiting, 'to delete with --prune'],
  ] as const
  return [
    `${of('create', 'revive')} to create, ${of('update')} to update, ${of('delete')} to delete`,
    ...others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
  ].join(', ')
}

function aroundText({ unmanaged, kept }: PlanContents): string {
  const lines = [
    ...(kept.length === 0
      ? []
      : [`Left as somebody else made it: ${kept.map(printable).join(', ')}`]),
    ...(unmanaged === 0 ? [] : [`${unmanaged} objects of other owners are not touched.`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function changeLines(change: Change, paint: Paint): string[] {
  const hue = paint[HUE[change.action]]
  const origin = paint.faint(printable(`(${change.origin.file}:${change.origin.line})`))
  const risk = change.risk === 'safe' ? '' : ` ${paint[riskHue(change)](change.risk)}`
  return [
    `${hue(printable(`${SIGN[change.action]} ${titleOf(change)}`))} ${origin}${risk}`,
    ...notesOf(change).map((note) => `    ${note}`),
    ...change.fields.map((field) => fieldLine(field, paint)),
    ...change.secrets.filter((secret) => isWorthSaying(change, secret)).map(secretLine),
  ]
}

const riskHue = ({ risk }: Change): 'warn' | 'bad' => (risk === 'caution' ? 'warn' : 'bad')

function titleOf({ address, movedFrom, action }: Change): string {
  if (movedFrom !== undefined) return `${movedFrom} → ${address}`
  return action === 'revive' ? `${address} (back from deletion)` : address
}

/** What its fields do not say. */
function notesOf({
  action,
  blocked,
  pending,
  adoptedFrom,
  reasons,
  fields,
  secrets,
}: Change): string[] {
  const ofFields = new Set(fields.map(({ path, reason }) => `${path}: ${reason}`))
  // What a deletion means goes without saying, and how much is in use does not.
  const own = action === 'delete' ? reasons.slice(1) : reasons.filter((each) => !ofFields.has(each))
  return [
    ...(blocked === undefined ? [] : [`blocked: ${BLOCKED_TEXT[blocked]}`]),
    ...(pending === undefined ? [] : ['waits: it is deleted by apply --prune']),
    ...(adoptedFrom === undefined || blocked === 'owned'
      ? []
      : [`taken over from ${adoptedFrom === '' ? 'nobody' : adoptedFrom}`]),
    ...(secrets.length + own.length === 0 ? [] : own.map(printable)),
  ]
}

/** That a new object has the secrets it declares goes without saying. */
const isWorthSaying = (change: Change, secret: SecretChange): boolean =>
  change.action !== 'create' || secret.action === 'generate'

const BLOCKED_TEXT = {
  protected: 'it is protected; apply lifecycle.protect: false before removing it',
  drift: 'it is no longer as applied; --on-drift revert puts it back, keep leaves it',
  conflict:
    'it was changed here and behind the documents’ back; --on-drift revert puts the documents in force',
  owned:
    'it belongs to somebody else; tokenidp adopt takes it over, or kind: Refactor with spec.adopt',
  orphaned:
    'something in it would stay; what is of this project goes with it by --prune, and the rest first',
  risk: 'graver than guards.maxRisk of the project allows',
} as const

const CLASS_TEXT = { changed: '', drift: ' (put back)', conflict: ' (changed twice)' } as const

const fieldLine = (field: PlannedField, paint: Paint): string => {
  const { path, before, after, reason } = field
  const said = reason === undefined ? '' : paint.faint(printable(`  # ${reason}`))
  return `${printable(`    ${path}: ${valueText(before)} → ${valueText(after)}${CLASS_TEXT[field.class]}`)}${said}`
}

const valueText = (value: Json | undefined): string =>
  value === undefined ? '(none)' : JSON.stringify(value)

const SECRET_TEXT = {
  set: 'new value',
  generate: 'to be generated',
  expire: 'expires at another time',
  drop: 'removed',
} as const

const secretLine = ({ id, action }: SecretChange): string =>
  printable(`    secret ${JSON.stringify(id)}: ${SECRET_TEXT[action]}`)

const renameText = (hint: RenameHint): string => {
  const [from, to] = [printable(hint.from), printable(hint.to)]
  return `${from} and ${to} look like one object under a new name. If so, add:
  apiVersion: tokenidp.dev/v1
  kind: Refactor
  metadata: { name: rename-${to.split('/').at(-1)} }
  spec: { moved: [{ from: ${from}, to: ${to} }] }
`
}

/** The plan as other programs read it (`tokenidp schema output/plan`). */
export const planBody = (plan: PlanContents): JsonObject => ({
  owner: plan.owner,
  environment: plan.environment,
  baseRevision: plan.baseRevision,
  baseDigest: plan.baseDigest,
  desiredDigest: plan.desiredDigest,
  changes: plan.changes.map(changeBody),
  breaches: plan.breaches.map((breach) => ({ ...breach, message: guardText(breach) })),
  renames: plan.renames.map((rename) => ({ ...rename })),
  unmanaged: plan.unmanaged,
  kept: [...plan.kept],
  pendingDeletes: plan.changes.filter(({ pending }) => pending !== undefined).length,
})

export const changeBody = (change: Change): JsonObject => ({
  action: change.action,
  address: change.address,
  ...(change.movedFrom === undefined ? {} : { movedFrom: change.movedFrom }),
  ...(change.adoptedFrom === undefined ? {} : { adoptedFrom: change.adoptedFrom }),
  risk: change.risk,
  reasons: [...change.reasons],
  fields: change.fields.map((field) => ({ ...field, origin: { ...field.origin } })),
  secrets: change.secrets.map((secret) => ({ ...secret })),
  ...(change.pending === undefined ? {} : { pending: change.pending }),
  ...(change.blocked === undefined ? {} : { blocked: change.blocked }),
  origin: { ...change.origin },
})
