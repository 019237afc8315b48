import type { Log } from '../../base/log.ts'
import { toSeconds } from '../../base/time.ts'
import { dropEnded } from '../../deploy/override/ended.ts'
import { isInForce } from '../../deploy/override/in-force.ts'
import { tool } from '../tool.ts'
import type { Follower } from './follow.ts'
import { type Loading, type ServerState, withoutEnded } from './state.ts'

const TICK_MS = 200
const LOCK_TIMEOUT_MS = 5000
const RETRY_MS = 5000
/** Servers that see an end together do not ask for the lock together. */
const SPREAD_MS = 1000

export interface Ending extends Loading {
  readonly log: Log
  readonly follower: Follower<ServerState>
}

/** Stops serving overrides when they end, and takes them out of the database as whoever is first. */
export function watchEnds(ending: Ending): { stop(): Promise<void> } {
  const { clock, follower, log } = ending
  let dropAt = 0
  let dropping: Promise<void> | undefined

  function tick(): void {
    const milliseconds = clock.milliseconds()
    const now = toSeconds(milliseconds)
    const { asOf, live } = follower.current()
    const ended = live.overrides.filter((each) => !isInForce(each, now))
    if (ended.some((each) => isInForce(each, asOf)))
      follower.amend((state) => withoutEnded(ending, state))
    if (ended.length === 0) dropAt = 0
    else if (dropAt === 0) dropAt = milliseconds + spread(ending)
    else if (milliseconds >= dropAt && dropping === undefined) {
      dropAt = milliseconds + RETRY_MS
      dropping = drop(ending).finally(() => {
        dropping = undefined
      })
    }
  }

  function tickSafely(): void {
    try {
      tick()
    } catch (error) {
      log.error('cannot put back what an override had changed', { error })
    }
  }

  const timer = setInterval(tickSafely, TICK_MS)
  return {
    async stop() {
      clearInterval(timer)
      await dropping
    },
  }
}

const spread = ({ random }: Ending): number =>
  Math.floor((random.bytes(1).readUInt8() / 256) * SPREAD_MS)

async function drop({ database, clock, log, follower }: Ending): Promise<void> {
  const by = { actor: 'tokenidp', reason: 'its time is over', toolVersion: tool.version }
  try {
    const dropped = await dropEnded({
      config: database.config,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
      by: { ...by, now: toSeconds(clock.milliseconds()) },
    })
    if (dropped !== undefined)
      log.info('overrides ended', {
        revision: dropped.revision,
        paths: dropped.overrides.map(({ path }) => path),
      })
    follower.wake()
  } catch (error) {
    log.warn('ended overrides stay in the database; they are not served', { error })
  }
}
