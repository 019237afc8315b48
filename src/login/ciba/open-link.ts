import { digest } from '../../base/digest.ts'
import { APPROVAL_PATH } from '../../oauth/ciba/approval-link.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import { seeOther } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import { html } from '../html.ts'
import { goneLinkPage } from '../pages/ciba.tsx'
import { peopleIn } from '../person.ts'
import { isPerson, visitor } from '../visit.ts'
import { INBOX_PATH } from './inbox.ts'

/**
 * Where a notice leads. The link opens once, for the person it is for, and only shows them the request: the
 * address that follows holds no secret.
 */
export const openLink: Endpoint = {
  paths: [APPROVAL_PATH],
  methods: ['GET'],
  face: 'page',
  async handle(request, context) {
    const found = await visitor(request, context)
    if (!isPerson(found)) return found
    const { store, tenant, now } = context
    const inbox = `${tenant.path}${INBOX_PATH}`
    const token = Params.parse(request.query).optional('token') ?? ''
    const people = (await peopleIn(request, context)).map(({ user }) => user.uid)
    const uid = await store.backchannelRequests.openLink(digest(token), people, now)
    if (uid === undefined) return html(goneLinkPage({ tenant, inbox }), { tenant, status: 400 })
    return seeOther(`${inbox}?request=${uid}`)
  },
}
