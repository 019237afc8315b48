import { CIBA_NOTICE } from '../../model/delivery.ts'
import type { BackchannelRequest, NewDelivery } from '../../store/port.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { approvalLink } from './approval-link.ts'

/** What the outbox tells of a new request. */
export const noticesOf = (
  { uid, applicationUid }: BackchannelRequest,
  { tenant }: Context,
): readonly NewDelivery[] =>
  tenant.ciba.webhook === undefined
    ? []
    : [{ id: `notice-${uid}`, kind: CIBA_NOTICE, applicationUid, payload: { request: uid } }]

/** For whoever watches the server: with a link where people develop, without one elsewhere. */
export async function logRequest(
  request: BackchannelRequest,
  client: Client,
  context: Context,
): Promise<void> {
  const { tenant, log } = context
  if (tenant.ciba.log === 'nothing') return
  const fields = { tenant: tenant.name, application: client.name, user: request.userUid }
  const found = tenant.ciba.log === 'link' ? await approvalLink(request, context) : undefined
  log.info('a request waits for approval', {
    ...fields,
    ...(found === undefined ? {} : { link: found.link }),
  })
}
