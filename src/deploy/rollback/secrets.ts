import { referenceText } from '../../config/reference.ts'
import { isExecuted } from '../plan/change.ts'
import type { Plan, Wanted } from '../plan.ts'
import { Refusal } from '../refusal.ts'

/** A secret whose value nobody here knows. */
export interface UnknownSecret {
  readonly address: string
  readonly id: string
  /** `env:NAME`, `file:path` and their like; `literal` where it was written into the documents. */
  readonly source: string
  /** There is none in the database that could stay. */
  readonly mustBeSet: boolean
}

/** References that lead nowhere any more, and whatever would have to be set. */
export function unknownIn(plan: Plan, { secrets }: Wanted): readonly UnknownSecret[] {
  const setting = new Set(
    plan.changes
      .filter(isExecuted)
      .flatMap(({ address, secrets: changes }) =>
        changes.filter(({ action }) => action === 'set').map(({ id }) => `${address} ${id}`),
      ),
  )
  return [...secrets]
    .flatMap(([address, each]) =>
      each
        .filter(({ isUnknown }) => isUnknown === true)
        .map(({ declared: { id, source } }) => ({
          address,
          id,
          source: referenceText(source),
          mustBeSet: setting.has(`${address} ${id}`),
        })),
    )
    .filter(({ source, mustBeSet }) => mustBeSet || source !== LITERAL)
}

const LITERAL = 'literal'

/** Throws where a secret has to be set that nobody here knows: no old value is kept anywhere. */
export function checkKnown(unknown: readonly UnknownSecret[]): void {
  const missing = unknown.filter(({ mustBeSet }) => mustBeSet)
  const [first] = missing
  if (first === undefined) return
  const others = missing.length === 1 ? '' : `, and of ${missing.length - 1} more`
  throw new Refusal(
    'secret-unknown',
    `the value of secret "${first.id}" of ${first.address} (${first.source}) is not known here${others}; nothing was applied`,
  )
}
