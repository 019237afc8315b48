import type { Invocation, Outcome } from '../invocation.ts'
import { showPlan } from './show-plan.ts'
import { isRevision, showRevision } from './show-revision.ts'

/** A number is a revision, and anything else the file of a saved plan. */
export const show = (invocation: Invocation, _flags: unknown, word: string): Promise<Outcome> =>
  isRevision(word) ? showRevision(invocation, word) : showPlan(invocation, word)
