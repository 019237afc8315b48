import type { JsonObject } from '../../base/json.ts'
import { toSeconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import { collect, collectable, RETENTION } from '../../deploy/retention.ts'
import type { Tombstone } from '../../store/config-port.ts'
import { type Database, databaseOf, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT } from '../exit.ts'
import { lengthOf } from '../flag-values.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'

interface GcFlags {
  readonly olderThan?: string
  readonly dryRun?: boolean
}

/** Forgets what was deleted long ago, for ever. */
export async function gc(invocation: Invocation, flags: GcFlags): Promise<Outcome> {
  const olderThan =
    flags.olderThan === undefined ? RETENTION : lengthOf('--older-than', flags.olderThan)
  const isDry = flags.dryRun === true
  const url = await databaseOf(invocation)
  const schema = isDry ? 'inspect' : 'require'
  const found = await withDatabase(invocation, url, { schema }, ({ config }) =>
    isDry
      ? wouldCollect(invocation, config, olderThan)
      : collect({
          config,
          olderThan,
          nowMs: invocation.world.clock.milliseconds(),
          actor: variable(invocation.world.variables, 'TOKENIDP_ACTOR') ?? invocation.world.user,
          lockTimeoutMs: invocation.global.lockTimeoutMs,
          beforeCommit: () => invocation.interruption.pointOfNoReturn(),
        }),
  )
  return {
    exit: EXIT.ok,
    kind: 'Collection',
    body: { isDryRun: isDry, forgotten: found.map(tombstoneBody) },
    text: `${[...found.map(line), ending(found.length, isDry)].join('\n')}\n`,
  }
}

const wouldCollect = async (
  { world }: Invocation,
  config: Database['config'],
  olderThan: number,
): Promise<readonly Tombstone[]> =>
  collectable(await config.live(), olderThan, toSeconds(world.clock.milliseconds()))

const tombstoneBody = ({ object, deletedAt }: Tombstone): JsonObject => ({
  address: addressOf(object),
  uid: object.uid,
  owner: object.owner,
  deletedAt,
})

const line = ({ object, deletedAt }: Tombstone): string =>
  printable(`- ${addressOf(object)} (deleted ${instantText(deletedAt)})`)

function ending(count: number, isDry: boolean): string {
  if (count === 0) return 'Nothing was deleted long enough ago.'
  const objects = count === 1 ? '1 object' : `${count} objects`
  return isDry ? `${objects} would be forgotten for ever.` : `Forgot ${objects} for ever.`
}
