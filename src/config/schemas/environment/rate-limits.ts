import { Type } from 'typebox'
import { RATE_LIMITS } from '../../../model/rate-limits.ts'
import { closed, flag, integer } from '../common.ts'

const MOST = 10_000_000

const perMinute = (what: string, example: number) =>
  Type.Optional(integer(1, MOST, [`${what}; ${example} by default.`, example]))

export const rateLimits = closed(
  {
    enabled: Type.Optional(
      flag(['false switches them off, which only an environment of kind: dev may do.', true]),
    ),
    signIn: perMinute('Passwords and codes tried', RATE_LIMITS.signIn),
    pages: perMinute('Pages asked for', RATE_LIMITS.pages),
    unproven: perMinute(
      'Calls of a protocol endpoint that fail, or whose caller did not prove who it is',
      RATE_LIMITS.unproven,
    ),
    documents: perMinute('Metadata, keys and the like', RATE_LIMITS.documents),
  },
  [
    'How many requests a minute one client address may make in each tenant, on each server. IPv6 addresses count by their first 64 bits. What an application asks for with valid credentials of its own is not counted.',
    { signIn: 300 },
  ],
)
