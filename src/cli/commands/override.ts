import { type EpochSeconds, type Seconds, toSeconds } from '../../base/time.ts'
import type { Changed, Overriding } from '../../deploy/override/history.ts'
import { isInForce } from '../../deploy/override/in-force.ts'
import { type NamedOverride, named } from '../../deploy/override/named.ts'
import { type Database, databaseOf, withDatabase } from '../database.ts'
import { variable } from '../environment.ts'
import { EXIT, Failure } from '../exit.ts'
import { lengthOf } from '../flag-values.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { overridesBody, overrideText } from '../override-text.ts'
import { tool } from '../tool.ts'

const LONGEST: Seconds = 30 * 86_400

interface SetFlags {
  readonly ttl?: string
  readonly reason?: string
  readonly allowRelaxing?: boolean
}

/** Puts values over what is applied, at once and for a while. */
export async function setOverride(
  invocation: Invocation,
  flags: SetFlags,
  ...[address, changes]: [string, readonly string[]]
): Promise<Outcome> {
  const lifetime = lifetimeOf(flags.ttl)
  const reason = reasonOf(invocation, flags.reason)
  const [{ setOverrides }, { compile }] = await Promise.all([
    import('../../deploy/override/change.ts'),
    import('../../deploy/snapshot.ts'),
  ])
  return change(invocation, { action: 'set', address, reason }, (overriding) =>
    setOverrides(
      { ...overriding, compile: (live) => compile(live) },
      { address, changes, lifetime, mayRelax: flags.allowRelaxing === true },
    ),
  )
}

/** Puts what is applied in force again, before the time is over. */
export async function clearOverride(
  invocation: Invocation,
  flags: { readonly reason?: string },
  ...[address, path]: [string, string | undefined]
): Promise<Outcome> {
  const { clearOverrides } = await import('../../deploy/override/change.ts')
  const reason = flags.reason ?? variable(invocation.world.variables, 'TOKENIDP_REASON')
  return change(invocation, { action: 'clear', address, reason }, (overriding) =>
    clearOverrides(overriding, address, path),
  )
}

/** All that are in force. */
export async function listOverrides(invocation: Invocation): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'inspect' }, async ({ config }) => {
    const now = nowOf(invocation)
    const overrides = named(await config.live()).filter((each) => isInForce(each, now))
    return {
      exit: EXIT.ok,
      kind: 'Overrides',
      body: { overrides: overridesBody(overrides, now) },
      text: overrides.length === 0 ? 'No override is in force.\n' : linesOf(overrides, now),
    }
  })
}

interface Doing {
  readonly action: 'set' | 'clear'
  readonly address: string
  readonly reason: string | undefined
}

async function change(
  invocation: Invocation,
  { action, address, reason }: Doing,
  work: (overriding: Overriding) => Promise<Changed>,
): Promise<Outcome> {
  const url = await databaseOf(invocation)
  return withDatabase(invocation, url, { schema: 'require' }, async (database) => {
    const overriding = overridingOf(invocation, database, reason)
    const { revision, overrides } = await work(overriding)
    const all = overrides.map((each) => ({ ...each, address }))
    const { now } = overriding.by
    const verb = action === 'set' ? 'In force' : 'Cleared'
    return {
      exit: EXIT.ok,
      kind: 'Override',
      body: { action, revision, overrides: overridesBody(all, now) },
      text: `${verb} with revision ${revision}:\n${linesOf(all, now)}`,
    }
  })
}

const overridingOf = (
  { world, global, interruption }: Invocation,
  { config }: Database,
  reason: string | undefined,
): Overriding => ({
  config,
  lockTimeoutMs: global.lockTimeoutMs,
  by: {
    actor: variable(world.variables, 'TOKENIDP_ACTOR') ?? world.user,
    reason,
    toolVersion: tool.version,
    now: toSeconds(world.clock.milliseconds()),
  },
  beforeCommit: () => interruption.pointOfNoReturn(),
})

const linesOf = (overrides: readonly NamedOverride[], now: EpochSeconds): string =>
  overrides.map((each) => `${overrideText(each, now)}\n`).join('')

const nowOf = ({ world }: Invocation): EpochSeconds => toSeconds(world.clock.milliseconds())

function lifetimeOf(text: string | undefined): Seconds {
  if (text === undefined)
    throw new Failure(
      EXIT.usage,
      'an override has to end, and nobody said when',
      'for instance --ttl 4h',
    )
  const lifetime = lengthOf('--ttl', text)
  if (lifetime > 0 && lifetime <= LONGEST) return lifetime
  throw new Failure(
    EXIT.usage,
    `an override lasts from 1s to 30d, not ${text}`,
    'for what is meant to stay, change the documents',
  )
}

function reasonOf({ world }: Invocation, flag: string | undefined): string {
  const reason = (flag ?? variable(world.variables, 'TOKENIDP_REASON') ?? '').trim()
  if (reason !== '') return reason
  throw new Failure(
    EXIT.usage,
    'an override needs a reason, for those who find it',
    'for instance --reason INC-1',
  )
}
