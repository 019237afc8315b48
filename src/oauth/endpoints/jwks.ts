import { cacheable } from './cacheable.ts'
import type { Endpoint } from './endpoint.ts'

const MAX_AGE = 300

/** RFC 7517 §5. A key is published long enough before it signs for caches to have expired. */
export const jwks: Endpoint = {
  paths: ['/jwks.json', '/jwks', '/.well-known/jwks.json'],
  methods: ['GET'],
  isSafe: true,
  metadata: 'jwks_uri',
  face: 'api',
  async handle(request, { keys, tenant }) {
    const maxAge = Math.min(MAX_AGE, Math.floor(tenant.keyPolicy.publishAhead / 2))
    return cacheable(request, keys.jwks, maxAge)
  },
}
