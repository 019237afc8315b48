import { Type } from 'typebox'
import { closed, duration } from '../common.ts'

export const device = closed(
  {
    ttl: Type.Optional(duration(['How long a person may take to approve it.', '10m'])),
    interval: Type.Optional(
      duration(['How long the device waits between two requests, to begin with.', '5s']),
    ),
  },
  ['How devices without a browser are approved (RFC 8628).', { ttl: '10m', interval: '5s' }],
)
