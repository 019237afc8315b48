import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { isRevision, showRevision } from './show-revision.ts'

/** A number is a revision. */
export async function show(
  invocation: Invocation,
  _flags: unknown,
  word: string,
): Promise<Outcome> {
  if (isRevision(word)) return showRevision(invocation, word)
  throw new Failure(EXIT.usage, `"${word}" is not the number of a revision`, 'tokenidp history')
}
