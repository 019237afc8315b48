import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds, Seconds } from '../base/time.ts'
import type { ServerInstance } from '../store/port.ts'
import { instantText } from './io.ts'

/** Who was silent for longer counts as gone, until it is heard again. */
const LIVE_FOR: Seconds = 90

export const isLive = ({ lastSeen }: ServerInstance, now: EpochSeconds): boolean =>
  lastSeen >= now - LIVE_FOR

export const serverBody = (server: ServerInstance, now: EpochSeconds): JsonObject => ({
  ...server,
  error: server.error ?? null,
  isLive: isLive(server, now),
})

export const serverText = (server: ServerInstance, now: EpochSeconds): string =>
  `${server.host} ${server.version}, revision ${server.activeRevision}, ${stateText(server)}, ${isLive(server, now) ? 'seen' : 'not seen since'} ${instantText(server.lastSeen)}`

const stateText = ({ state, targetRevision, error }: ServerInstance): string =>
  state === 'serving'
    ? state
    : `cannot load revision ${targetRevision}: ${error ?? 'no reason told'}`
