import { type Outbound, OutboundError } from '../../src/base/outbound.ts'
import type { OutboundPolicy } from '../../src/model/snapshot.ts'

export const noExceptions: OutboundPolicy = { allow: [], allowsPlainHttp: false, ca: undefined }

/** For tests that send nothing. */
export const noOutbound: Outbound = {
  send: async () => {
    throw new OutboundError('unreachable', 'this test sends nothing')
  },
}
