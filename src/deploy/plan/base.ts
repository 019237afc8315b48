import { addressOf } from '../../config/desired-state.ts'
import type { ConfigObject } from '../../store/config-port.ts'
import { type Change, isExecuted } from './change.ts'
import { type DigestedObject, digested } from './digests.ts'

/** What is there of the objects that a plan changes, under their addresses so far and whoever has them. */
export function baseOf(
  changes: readonly Change[],
  live: readonly ConfigObject[],
): readonly DigestedObject[] {
  const changed = new Set(changes.filter(isExecuted).filter(changesWhatIsThere).map(formerAddress))
  return changed.size === 0 ? [] : live.filter((each) => changed.has(addressOf(each))).map(digested)
}

export const formerAddress = ({ address, movedFrom }: Change): string => movedFrom ?? address

/** Unlike those that make an object. */
export const changesWhatIsThere = ({ action }: Change): boolean =>
  action !== 'create' && action !== 'revive'
