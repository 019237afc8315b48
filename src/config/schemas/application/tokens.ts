import { Type } from 'typebox'
import { SIGNING_ALGORITHMS } from '../../../model/key.ts'
import { closed, duration, oneOf } from '../common.ts'
import { encrypted } from './responses.ts'

const refresh = closed(
  {
    ttl: Type.Optional(
      duration(['From the first token of the family to the end of the last.', '30d']),
    ),
    idle: Type.Optional(duration(['The longest pause between two uses.', '14d'])),
    rotation: Type.Optional(
      oneOf(['required', 'off'], ['Whether each use gives a new token.', 'required']),
    ),
    grace: Type.Optional(
      duration([
        'How long a used token still answers with the same successor; 0s for never.',
        '10s',
      ]),
    ),
    issue: Type.Optional(
      oneOf(
        ['offline_access', 'always'],
        ['Whether offline_access must be granted, or the grant alone is enough.', 'offline_access'],
      ),
    ),
  },
  ['Refresh tokens.', { ttl: '30d', rotation: 'required' }],
)

const ttl = (whose: string, example: string) =>
  Type.Optional(duration([`How long ${whose} is valid.`, example]))

export const tokens = closed(
  {
    access: Type.Optional(
      closed({ ttl: ttl('an access token', '15m') }, [
        'Access tokens. The shorter of this and the resource’s own lifetime counts.',
        { ttl: '15m' },
      ]),
    ),
    id: Type.Optional(
      closed(
        {
          ttl: ttl('an ID token', '15m'),
          algorithm: Type.Optional(
            oneOf(SIGNING_ALGORITHMS, ['What ID tokens are signed with.', 'RS256']),
          ),
          encrypted,
        },
        ['ID tokens.', { ttl: '15m', algorithm: 'RS256' }],
      ),
    ),
    refresh: Type.Optional(refresh),
    code: Type.Optional(
      closed({ ttl: ttl('an authorization code', '60s') }, [
        'Authorization codes.',
        { ttl: '60s' },
      ]),
    ),
  },
  ['What is issued to the application, and for how long.', { access: { ttl: '15m' } }],
)
