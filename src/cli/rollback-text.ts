import type { JsonObject } from '../base/json.ts'
import { isExecuted } from '../deploy/plan/change.ts'
import type { Plan } from '../deploy/plan.ts'
import type { UnknownSecret } from '../deploy/rollback/secrets.ts'
import type { Revision } from '../store/config-port.ts'
import type { Paint } from './paint.ts'
import { counts, planBody, planText } from './plan-text.ts'
import type { Aftermath } from './rollback-warnings.ts'

interface Rolled {
  readonly target: Revision
  readonly plan: Plan
  readonly unknown: readonly UnknownSecret[]
  readonly aftermath: Aftermath
}

interface Done {
  /** The new one; without a change, the one that is live. */
  readonly revision: number
  readonly isApplied: boolean
}

export const rollbackBody = (
  { target, plan, unknown, aftermath }: Rolled,
  { revision, isApplied }: Done,
): JsonObject => ({
  revision,
  isApplied,
  target: target.id,
  commit: target.gitCommit ?? null,
  revert: aftermath.revert ?? null,
  rotatedKeys: [...aftermath.rotated],
  unknownSecrets: unknown.map((each) => ({ ...each })),
  ...planBody(plan),
})

export function rollbackText(rolled: Rolled, done: Done, paint: Paint): string {
  const { target, plan } = rolled
  if (!plan.changes.some(isExecuted))
    return `No changes: revision ${done.revision} is as revision ${target.id} was.\n`
  const told = done.isApplied
    ? [`Applied revision ${done.revision}, back to ${target.id}: ${counts(plan)}.`]
    : []
  return `${[planText(plan, paint).trimEnd(), ...told, ...nextLines(rolled)].join('\n')}\n`
}

/** The documents still say what was taken back. */
const nextLines = ({ aftermath: { revert } }: Rolled): string[] => [
  'The next apply brings it all back, unless the documents are taken back too:',
  `  ${revert ?? 'git revert <the commits since then>'}`,
]
