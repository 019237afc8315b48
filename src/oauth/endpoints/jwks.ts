import { jwksMaxAge } from '../../model/key-times.ts'
import { cacheable } from './cacheable.ts'
import type { Endpoint } from './endpoint.ts'

/** RFC 7517 §5. A key is published long enough before it signs for caches to have expired. */
export const jwks: Endpoint = {
  paths: ['/jwks.json', '/jwks', '/.well-known/jwks.json'],
  methods: ['GET'],
  isSafe: true,
  metadata: 'jwks_uri',
  face: 'api',
  async handle(request, { keys, tenant }) {
    return cacheable(request, keys.jwks, jwksMaxAge(tenant.keyPolicy))
  },
}
