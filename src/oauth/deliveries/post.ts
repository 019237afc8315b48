import { type Outbound, OutboundError, type OutboundRequest } from '../../base/outbound.ts'
import type { Attempt } from './delivery.ts'

/** One POST. A redirect is not followed, and whoever says that it is not for us will say so again. */
export async function attemptToPost(
  request: Omit<OutboundRequest, 'method'>,
  outbound: Outbound,
): Promise<Attempt> {
  try {
    const { status } = await outbound.send({ ...request, method: 'POST' })
    if (status >= 200 && status < 300) return { as: 'delivered' }
    const error = `answered ${status}`
    return status < 500 && status !== 429 ? { as: 'refused', error } : { as: 'missed', error }
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    return { as: 'missed', error: error.reason }
  }
}
