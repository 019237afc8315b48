import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../base/json.ts'
import { toSeconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import { collect, collectable, RETENTION } from '../../deploy/retention.ts'
import type { Tombstone } from '../../store/config-port.ts'
import { type Database, databaseOf, timeIn, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT } from '../exit.ts'
import { lengthOf } from '../flag-values.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'
import { purgePass } from '../purge-pass.ts'

interface GcFlags {
  readonly olderThan?: string
  readonly dryRun?: boolean
}

/** Forgets what was deleted long ago, for ever, and removes what is over. */
export async function gc(invocation: Invocation, flags: GcFlags): Promise<Outcome> {
  const olderThan =
    flags.olderThan === undefined ? RETENTION : lengthOf('--older-than', flags.olderThan)
  const isDry = flags.dryRun === true
  const url = await databaseOf(invocation)
  const schema = isDry ? 'inspect' : 'require'
  const { over, found } = await withDatabase(invocation, url, { schema }, async (database) => {
    // First, because it may be ended at any time.
    const over = await (isDry ? wouldRemove : remove)(invocation, database)
    if (isDry) return { over, found: await wouldCollect(invocation, database.config, olderThan) }
    const found = await collect({
      config: database.config,
      olderThan,
      nowMs: invocation.world.clock.milliseconds(),
      actor: variable(invocation.world.variables, 'TOKENIDP_ACTOR') ?? invocation.world.user,
      lockTimeoutMs: invocation.global.lockTimeoutMs,
      beforeCommit: () => invocation.interruption.pointOfNoReturn(),
    })
    return { over, found }
  })
  const removed = [...over].map(([table, rows]) => ({ table, rows }))
  return {
    exit: EXIT.ok,
    kind: 'Collection',
    body: { isDryRun: isDry, forgotten: found.map(tombstoneBody), removed },
    text: `${[
      ...removed.map(({ table, rows }) => `- ${table}: ${rows} of what is over`),
      ...found.map(line),
      ending(found.length, isDry),
    ].join('\n')}\n`,
  }
}

type Rows = ReadonlyMap<string, number>

/** What servers do bit by bit, at once, and whosever turn it is. */
async function remove({ world }: Invocation, database: Database): Promise<Rows> {
  const rows = new Map<string, number>()
  await purgePass(database.purging, {
    clock: world.clock,
    now: await timeIn(database, world),
    onRemoved: (table, count) => rows.set(table, (rows.get(table) ?? 0) + count),
    // Servers have the other half of the time.
    rest: (took) => sleep(Math.max(1, took), true),
  })
  return rows
}

async function wouldRemove({ world }: Invocation, database: Database): Promise<Rows> {
  const now = await timeIn(database, world)
  const rows = new Map<string, number>()
  for (const table of database.purging.tables) {
    const count = await database.purging.count(table, now)
    if (count > 0) rows.set(table, count)
  }
  return rows
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
