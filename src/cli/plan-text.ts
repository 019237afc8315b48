import type { Json, JsonObject } from '../base/json.ts'
import type { FieldChange } from '../deploy/diff.ts'
import type { Change, Plan } from '../deploy/plan.ts'
import type { SecretChange } from '../deploy/secrets.ts'
import type { Paint } from './paint.ts'

const SIGN = { create: '+', update: '~', delete: '-' } as const
const HUE = { create: 'good', update: 'warn', delete: 'bad' } as const

/** The plan as a person reads it. */
export function planText(plan: Plan, paint: Paint): string {
  if (plan.changes.length === 0)
    return `No changes: revision ${plan.baseRevision} is what the documents say.\n`
  return [
    ...plan.changes.flatMap((change) => changeLines(change, paint)),
    '',
    counts(plan),
    '',
  ].join('\n')
}

export function counts({ changes }: Plan): string {
  const of = (action: Change['action']): number =>
    changes.filter((change) => change.action === action).length
  return `${of('create')} to create, ${of('update')} to update, ${of('delete')} to delete`
}

/** Names come from files: none of them may speak to the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD')

function changeLines(change: Change, paint: Paint): string[] {
  const hue = paint[HUE[change.action]]
  const origin = paint.faint(printable(`(${change.origin.file}:${change.origin.line})`))
  return [
    `${hue(printable(`${SIGN[change.action]} ${change.address}`))} ${origin}`,
    ...(change.blocked === undefined ? [] : [`    blocked: ${BLOCKED_TEXT[change.blocked]}`]),
    ...(change.action === 'update' ? change.fields.map(fieldLine) : []),
    ...change.secrets.filter((secret) => isWorthSaying(change, secret)).map(secretLine),
  ]
}

/** That a new object has the secrets it declares goes without saying. */
const isWorthSaying = (change: Change, secret: SecretChange): boolean =>
  change.action === 'update' || secret.action === 'generate'

const BLOCKED_TEXT = {
  protected: 'it is protected; apply lifecycle.protect: false before removing it',
} as const

const fieldLine = ({ path, before, after }: FieldChange): string =>
  printable(`    ${path}: ${valueText(before)} → ${valueText(after)}`)

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

/** The plan as other programs read it (`tokenidp schema output/plan`). */
export const planBody = (plan: Plan): JsonObject => ({
  owner: plan.owner,
  environment: plan.environment,
  baseRevision: plan.baseRevision,
  desiredDigest: plan.desiredDigest,
  changes: plan.changes.map((change) => ({
    action: change.action,
    address: change.address,
    fields: change.fields.map((field) => ({ ...field })),
    secrets: change.secrets.map((secret) => ({ ...secret })),
    ...(change.blocked === undefined ? {} : { blocked: change.blocked }),
    origin: change.origin,
  })),
})
