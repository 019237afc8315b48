import type { Log } from '../../base/log.ts'
import type { Outbound } from '../../base/outbound.ts'
import type { Random } from '../../base/random.ts'
import { type Clock, type Seconds, toSeconds } from '../../base/time.ts'
import type { Delivery } from '../../model/delivery.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { Context } from '../../oauth/context.ts'
import { type Attempt, type Deliver, settlementOf } from '../../oauth/deliveries/index.ts'
import { verifiedTokens } from '../../oauth/tokens/verified.ts'
import type { Store } from '../../store/port.ts'
import type { ServerState } from './state.ts'

/** At most so many at once, and so many to one application: who is slow leaves room for the others. */
const AT_ONCE = 64
const PER_APPLICATION = 4
/** Longer than any attempt takes. Of a server that is killed, others take over after it. */
const LEASE: Seconds = 30

export interface Delivering {
  readonly store: Store
  state(): Pick<ServerState, 'snapshot' | 'ringFor'>
  readonly deliverers: Readonly<Record<string, Deliver>>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly outbound: Outbound
  /** How soon what another process stored is seen. */
  readonly pollMs: number
}

export interface Deliveries {
  /** Waits for the attempts under way; what is left is due again after a start. */
  stop(): Promise<void>
}

/** Sends what is due, at once when this process stored it. Any number of servers may do this together. */
export function startDeliveries(world: Delivering): Deliveries {
  let isStopped = false
  let isWell = true
  let isAsked = false
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const underWay = attemptsUnderWay()

  async function look(): Promise<void> {
    try {
      await takeOnWhatIsDue(world, underWay, wake)
      isWell = true
    } catch (error) {
      // Said once per outage: the next look is soon.
      if (isWell) world.log.warn('cannot look for deliveries', { error })
      isWell = false
    }
  }

  function wake(): void {
    isAsked = true
    if (isStopped || looking !== undefined) return
    clearTimeout(timer)
    isAsked = false
    looking = look().then(() => {
      looking = undefined
      if (isStopped) return
      if (isAsked && isWell) wake()
      else timer = setTimeout(wake, world.pollMs)
    })
  }

  const silence = world.store.system.onDelivery(wake)
  wake()
  return {
    async stop() {
      isStopped = true
      silence()
      clearTimeout(timer)
      await looking
      await underWay.end()
    },
  }
}

type UnderWay = ReturnType<typeof attemptsUnderWay>

function attemptsUnderWay() {
  const running = new Map<Promise<void>, string>()
  return {
    count: () => running.size,
    applications: () => [...new Set(running.values())],
    add(work: Promise<void>, { applicationUid }: Delivery, whenDone: () => void): void {
      const done: Promise<void> = work.finally(() => {
        running.delete(done)
        whenDone()
      })
      running.set(done, applicationUid)
    },
    end: () => Promise.all(running.keys()),
  }
}

async function takeOnWhatIsDue(
  world: Delivering,
  underWay: UnderWay,
  wake: () => void,
): Promise<void> {
  const { store, clock, state } = world
  const now = toSeconds(clock.milliseconds())
  for (const uid of await store.system.tenantsWithDue(now)) {
    const limit = AT_ONCE - underWay.count()
    const tenant = state().snapshot.tenants.find((each) => each.uid === uid)
    if (limit <= 0 || tenant === undefined) continue
    const besides = underWay.applications()
    const claim = { limit, perApplication: PER_APPLICATION, besides, leaseUntil: now + LEASE }
    // What ends may leave room for more of the same application, which is left alone meanwhile.
    for (const delivery of await store.tenant(uid).deliveries.claim(claim, now))
      underWay.add(deliver(delivery, tenant, world), delivery, wake)
  }
}

/** One attempt, and what becomes of it. Never rejects: a delivery that is not settled is due again. */
async function deliver(delivery: Delivery, tenant: Tenant, world: Delivering): Promise<void> {
  const { store, clock, random, log } = world
  const { id, kind, attempts } = delivery
  const application = tenant.applicationsByUid.get(delivery.applicationUid)?.name
  const fields = { tenant: tenant.name, application, kind, id, attempts }
  try {
    const attempt = await attemptTo(delivery, tenant, world)
    const now = toSeconds(clock.milliseconds())
    const settlement = settlementOf(attempt, delivery, random, now)
    await store.tenant(tenant.uid).deliveries.settle(delivery, settlement, now)
    if (settlement.as === 'again')
      log.warn('a delivery will be tried again', { ...fields, ...settlement })
    if (settlement.as === 'failed') log.error('a delivery failed', { ...fields, ...settlement })
  } catch (error) {
    log.error('the outcome of a delivery was not stored', { ...fields, error })
  }
}

async function attemptTo(delivery: Delivery, tenant: Tenant, world: Delivering): Promise<Attempt> {
  const send = world.deliverers[delivery.kind]
  if (send === undefined) return { as: 'missed', error: 'this server does not know the kind' }
  try {
    return await send(delivery, contextOf(tenant, world))
  } catch (error) {
    world.log.error('a delivery could not be made', { id: delivery.id, error })
    return { as: 'missed', error: 'something went wrong here' }
  }
}

function contextOf(tenant: Tenant, world: Delivering): Context {
  const { state, store, clock, random, log, outbound } = world
  const nowMs = clock.milliseconds()
  return {
    tenant,
    store: store.tenant(tenant.uid),
    keys: state().ringFor(tenant.uid),
    random,
    now: toSeconds(nowMs),
    nowMs,
    log,
    outbound,
    // Nobody is there to show a token or to type a password.
    verified: verifiedTokens(),
    provePassword: async () => undefined,
    proveUserCode: async () => false,
  }
}
