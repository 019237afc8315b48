import { boundedMap } from '../base/bounded-map.ts'
import type { EpochMilliseconds } from '../base/time.ts'

const DAY_MS = 86_400_000
const MOST = 20_000

/** Which clients proved who they are, from which addresses, within a day. Whoever is forgotten is a stranger again. */
export interface ProvenClients {
  /** `place` is an address in a tenant. */
  remember(place: string, clientId: string, nowMs: EpochMilliseconds): void
  isAnyAt(place: string, nowMs: EpochMilliseconds): boolean
  isAt(place: string, clientId: string, nowMs: EpochMilliseconds): boolean
}

export function provenClients(): ProvenClients {
  const places = boundedMap<EpochMilliseconds>(MOST)
  const clients = boundedMap<EpochMilliseconds>(MOST)
  return {
    remember(place, clientId, nowMs) {
      places.set(place, nowMs + DAY_MS)
      clients.set(`${place} ${clientId}`, nowMs + DAY_MS)
    },
    isAnyAt: (place, nowMs) => (places.get(place) ?? 0) > nowMs,
    isAt: (place, clientId, nowMs) => (clients.get(`${place} ${clientId}`) ?? 0) > nowMs,
  }
}
