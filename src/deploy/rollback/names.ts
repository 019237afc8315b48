import { addressOf, type Refactoring } from '../../config/desired-state.ts'
import type {
  AuditEntry,
  ConfigObject,
  ConfigStore,
  LiveState,
  Tombstone,
} from '../../store/config-port.ts'
import { Refusal } from '../refusal.ts'

/** The addresses that objects had before these entries, by uid, of those that moved since. */
export function addressesBefore(newestFirst: readonly AuditEntry[]): ReadonlyMap<string, string> {
  const before = new Map<string, string>()
  for (const { objectUid, details } of newestFirst)
    if (objectUid !== undefined && typeof details.movedFrom === 'string')
      before.set(objectUid, details.movedFrom)
  return before
}

/** The moves that give live objects their former addresses again. */
export const movesBack = (
  { objects }: Pick<LiveState, 'objects'>,
  before: ReadonlyMap<string, string>,
  owner: string,
): Refactoring['moved'] =>
  objects.flatMap((object) => {
    const from = addressOf(object)
    const to = before.get(object.uid)
    if (object.owner !== owner || to === undefined || to === from) return []
    return [{ from, to, at: { file: object.originFile, line: object.originLine } }]
  })

/** Throws where a name that would be given back is in use by now: one of the two would have to go. */
export function checkFree(
  { objects }: Pick<LiveState, 'objects'>,
  moves: Refactoring['moved'],
): void {
  const leaving = new Set(moves.map(({ from }) => from))
  const taken = new Set(objects.map(addressOf).filter((address) => !leaving.has(address)))
  const first = moves.find(({ to }) => taken.has(to))
  if (first === undefined) return
  throw new Refusal(
    'name-reused',
    `${first.from} was ${first.to} then, and another object has that name now; nothing was applied`,
  )
}

/** The same database, whose tombstones lie under their former addresses, so that they come back there. */
export function withNamesBefore(
  config: ConfigStore,
  before: ReadonlyMap<string, string>,
): ConfigStore {
  if (before.size === 0) return config
  const renamed = (live: LiveState): LiveState => ({
    ...live,
    tombstones: live.tombstones.map((each) => renamedTombstone(each, before)),
  })
  return {
    ...config,
    live: async () => renamed(await config.live()),
    transaction: (lockTimeoutMs, work) =>
      config.transaction(lockTimeoutMs, (tx) =>
        work({ ...tx, live: async () => renamed(await tx.live()) }),
      ),
  }
}

function renamedTombstone(
  { object, deletedAt }: Tombstone,
  before: ReadonlyMap<string, string>,
): Tombstone {
  const [tenant, name] = placeIn(object, before.get(object.uid) ?? addressOf(object))
  return { object: { ...object, tenant, name }, deletedAt }
}

function placeIn({ tenant }: ConfigObject, address: string): readonly [string, string] {
  const [, first = '', second] = address.split('/')
  return tenant === '' || second === undefined ? ['', first] : [first, second]
}
