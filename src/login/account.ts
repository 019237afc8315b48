import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { html } from './html.ts'
import { accountPage } from './pages/account.tsx'
import { isPerson, visitor } from './visit.ts'

/** Where somebody sees as whom this browser is signed in. */
export const account: Endpoint = {
  paths: ['/account'],
  methods: ['GET'],
  face: 'page',
  async handle(request, context) {
    const found = await visitor(request, context)
    if (!isPerson(found)) return found
    const { tenant } = context
    return html(accountPage({ tenant, user: found.user }), { tenant })
  },
}
