import { addressOf, type DesiredObject } from '../../config/desired-state.ts'
import { secretChanges } from '../secrets.ts'
import type { Change, PlannedField } from './change.ts'
import { bare, graver, type Planning, placeOf } from './planning.ts'
import { checkFrozen, plannedFields } from './update.ts'

/** An object that is not there: new, or back from deletion with its uid and what it had. */
export function arrival(object: DesiredObject, planning: Planning): Change {
  const address = addressOf(object)
  const buried = planning.tombstones.get(address)?.object
  const wanted = planning.wanted.get(address) ?? []
  if (buried === undefined)
    return {
      ...bare('create', address, placeOf(object)),
      secrets: secretChanges(wanted, [], planning.keeping),
    }
  checkFrozen(object, buried)
  const fields: readonly PlannedField[] = plannedFields(object, buried)
  const stored = planning.stored.get(buried.uid) ?? []
  const back = {
    ...bare('revive', address, placeOf(object)),
    fields,
    secrets: secretChanges(wanted, stored, planning.keeping),
  }
  return graver(back, 'it comes back from deletion, with its uid and its secrets')
}
