import type { ConfigObject } from '../../store/config-port.ts'
import type { Block, Change } from './change.ts'
import type { Placed } from './moves.ts'
import { bare, graver, type Planning, type PlanOptions } from './planning.ts'

/** Left the documents: deleted, released, or waiting until somebody says so. */
export function departure({ object, address }: Placed, planning: Planning): Change {
  const { desired, options } = planning
  const origin = { file: object.originFile, line: object.originLine }
  const said = desired.refactor.removed.find(({ ref }) => ref === address)
  if (said?.outcome === 'release')
    return graver(bare('release', address, said.at), 'it stays as it is, and nobody changes it')
  const isPruned =
    (options.prune ?? desired.policy.prune === 'owned') && (options.mayPrune?.(object.uid) ?? true)
  const isMeant = said !== undefined || isPruned
  const blocked = blockOfDeletion(object, isMeant, options)
  return {
    ...bare('delete', address, said?.at ?? origin),
    risk: 'destructive',
    reasons: ['it is refused everything at once; it can come back until it is collected'],
    ...(isMeant ? {} : { pending: 'prune' as const }),
    ...(blocked === undefined ? {} : { blocked }),
  }
}

function blockOfDeletion(
  object: ConfigObject,
  isMeant: boolean,
  { onDrift }: PlanOptions,
): Block | undefined {
  if (object.isProtected) return 'protected'
  const isDrifted = object.specHash !== object.appliedHash
  return isMeant && isDrifted && onDrift !== 'revert' ? 'conflict' : undefined
}
