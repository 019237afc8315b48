import type { Tenant } from '../model/tenant.ts'
import { cacheable } from '../oauth/endpoints/cacheable.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { type Stylesheet, stylesheet } from './pages/stylesheet.ts'

const MAX_AGE = 300
const made = new WeakMap<Tenant, Stylesheet>()

export const assets: Endpoint = {
  paths: ['/assets/style.css'],
  methods: ['GET'],
  isSafe: true,
  face: 'api',
  async handle(request, { tenant }) {
    const sheet = made.get(tenant) ?? stylesheet(tenant.branding)
    made.set(tenant, sheet)
    const reply = cacheable(request, sheet, MAX_AGE)
    if (reply.status !== 200) return reply
    return { ...reply, headers: { ...reply.headers, 'content-type': 'text/css; charset=utf-8' } }
  },
}
