import { isSealed, type SealingKey, sealedUnder } from '../../base/seal.ts'
import { toSeconds } from '../../base/time.ts'
import { type Database, databaseOf, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { masterKey } from '../master-key.ts'
import { countUnder, resealAll, type Stock, stockOf } from '../reseal.ts'

/**
 * Seals again, under the master key, what is sealed under older ones: value by value, while servers run.
 * What ends it early leaves every value to be opened by the one key or the other; the next run goes on.
 */
export async function rekey(
  invocation: Invocation,
  flags: { readonly dryRun?: boolean },
): Promise<Outcome> {
  const key = masterKey(invocation.world.variables)
  const isDry = flags.dryRun === true
  const url = await databaseOf(invocation)
  return withDatabase(
    invocation,
    url,
    { schema: isDry ? 'inspect' : 'require' },
    async (database) => {
      const before = stockOf(await database.sealed.list(), key)
      if (isDry) return outcome(before, key, { before, isDry })
      if (before.older.length > 0) {
        await recorded(invocation, database, key, before)
      }
      const { random } = invocation.world
      const { lockTimeoutMs } = invocation.global
      const after = await resealAll({ key, database, random, lockTimeoutMs })
      await database.sealed.announce()
      return outcome(after, key, { before, isDry })
    },
  )
}

/** Before it begins: it may not come to its end. */
const recorded = (
  { world, global }: Invocation,
  { config }: Database,
  key: SealingKey,
  { older }: Stock,
): Promise<void> =>
  config.transaction(global.lockTimeoutMs, (tx) =>
    tx.record([
      {
        revision: undefined,
        at: toSeconds(world.clock.milliseconds()),
        actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
        action: 'rekey',
        address: `MasterKey/${key.id}`,
        objectUid: undefined,
        details: { reason: `seals ${values(older.length)} again` },
      },
    ]),
  )

function outcome(
  now: Stock,
  key: SealingKey,
  { before, isDry }: { readonly before: Stock; readonly isDry: boolean },
): Outcome {
  const done = isDry ? before.older : before.older.filter(({ sealed }) => !holds(now, sealed))
  const removable = (key.older ?? [])
    .map(({ id }) => id)
    .filter((id) => id !== key.id && ![...now.older, ...now.unreadable].some(under(id)))
  const count = (of: string) => done.filter((value) => value.of === of).length
  const unreadable = countUnder(now.unreadable)
  const isStuck = unreadable.length > 0
  const isSettled = !isStuck && now.older.length === 0 && removable.length === 0
  return {
    exit: isStuck ? EXIT.machine : EXIT.ok,
    kind: 'Rekey',
    body: {
      isDryRun: isDry,
      masterKey: key.id,
      signingKeys: count('signing-key'),
      clientSecrets: count('client-secret'),
      left: countUnder(now.older),
      unreadable,
      removable,
    },
    text: [
      `${isDry ? 'Would seal' : 'Sealed'} ${counted(count('signing-key'), 'signing key')} and ${counted(count('client-secret'), 'client secret')} again, under master key ${key.id}.`,
      ...countUnder(now.older).map(
        (each) => `Under master key ${each.masterKey}: ${values(each.values)}.`,
      ),
      ...unreadable.map(
        (each) =>
          `Cannot be opened: ${values(each.values)} under master key ${each.masterKey}; give it in TOKENIDP_MASTER_KEYS_OLD.`,
      ),
      ...removable.map(
        (id) =>
          `Nothing is left under master key ${id}: once no server seals under it, it may be removed.`,
      ),
      ...(isSettled ? ['Nothing is sealed under another one.'] : []),
      ...(isDry ? NOT_RESEALED : []),
      '',
    ].join('\n'),
  }
}

/** Found by what they are sealed with, which is no master key, or over before it matters. */
const NOT_RESEALED = [
  'Left as they are: where a person goes after signing in (sealed under their cookie), answers to repeat',
  '(under the refresh token), device codes and CIBA pings (gone within a day, opened by old keys till then).',
]

const holds = ({ older, unreadable }: Stock, sealed: string): boolean =>
  [...older, ...unreadable].some((value) => value.sealed === sealed)

const under =
  (id: string) =>
  ({ sealed }: { readonly sealed: string }): boolean =>
    isSealed(sealed) && sealedUnder(sealed) === id

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const values = (count: number): string => counted(count, 'value')
