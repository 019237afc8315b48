import type { Place } from '../../config/desired-state.ts'
import type { Risk } from '../../model/risk.ts'
import type { FieldChange } from '../diff.ts'
import type { SecretChange } from '../secrets.ts'

/** What happens to one object. */
export interface Change {
  /**
   * revive: it comes back from deletion, with its uid and secrets. release: it stays and belongs to nobody.
   * record: it already is as the documents want it, and only that is noted.
   */
  readonly action: 'create' | 'update' | 'delete' | 'revive' | 'release' | 'record'
  readonly address: string
  /** Its address so far, when it moves. */
  readonly movedFrom?: string
  /** Its owner so far, when it is taken over; empty for nobody. */
  readonly adoptedFrom?: string
  readonly fields: readonly PlannedField[]
  readonly secrets: readonly SecretChange[]
  readonly risk: Risk
  /** Why it is not safe, in words. */
  readonly reasons: readonly string[]
  /** Not carried out by this plan: it waits for `--prune`. */
  readonly pending?: 'prune'
  /** Why `apply` refuses the whole plan. */
  readonly blocked?: Block
  /** Where it is written; for a deletion, where it was. */
  readonly origin: Place
}

export type Block =
  /** `lifecycle.protect` is in force. */
  | 'protected'
  /** It was changed behind the documents' back, and the project does not put that back. */
  | 'drift'
  /** It was changed both here and behind the documents' back. */
  | 'conflict'
  /** It belongs to somebody else. */
  | 'owned'
  /** It is a tenant, and something would stay in it. */
  | 'orphaned'
  /** Graver than the project takes. */
  | 'risk'

/** How a field came to differ: in the documents, behind their back, or both. */
export type FieldClass = 'changed' | 'drift' | 'conflict'

export interface PlannedField extends FieldChange {
  readonly class: FieldClass
  readonly risk: Risk
  readonly reason?: string
  readonly origin: Place
}

/** What `apply` does now: everything but what waits. */
export const isExecuted = ({ pending }: Change): boolean => pending === undefined
