import { Type } from 'typebox'
import { closed, instant } from '../common.ts'

export const passwordGrant = Type.Optional(
  closed({ until: instant(['From then on it is refused.', '2027-06-30T00:00:00Z']) }, [
    'Until when it may send people’s passwords itself (the password grant, which OAuth 2.1 removes).',
    { until: '2027-06-30T00:00:00Z' },
  ]),
)
