import {
  checkPresentation,
  type Identified,
  identify,
  type Presented,
  presented,
  validate,
} from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply, Request } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import { finish, nextStep } from './dispatch.ts'
import { beginFlow } from './flow.ts'
import { peopleIn, personFor } from './person.ts'
import { keepPosted, whatWasAsked } from './posted.ts'
import { respond } from './respond.ts'

/** RFC 6749 §3.1. A failure before `identify` is done is a page; after it, a redirect. */
export const authorize: Endpoint = {
  paths: ['/authorize'],
  methods: ['GET', 'POST'],
  metadata: 'authorization_endpoint',
  face: 'page',
  takesCrossSitePost: true,
  async handle(request, context) {
    if (request.method === 'POST') {
      const { params } = await presented(Params.read(request.form), context)
      const { application } = identify(params, context)
      return keepPosted(request, application.uid, context)
    }
    const asked = await presented(Params.read(await whatWasAsked(request, context)), context)
    const identified = identify(asked.params, context)
    try {
      return await proceed(asked, identified, request, context)
    } catch (error) {
      if (error instanceof OAuthError)
        return respond(identified, { error }, { ...context, application: identified.application })
      throw error
    }
  },
}

async function proceed(
  presentation: Presented,
  identified: Identified,
  request: Request,
  context: Context,
): Promise<Reply> {
  const { application } = identified
  const { params, pushedKey } = presentation
  checkPresentation(presentation, application, context.tenant)
  const asked = await validate(params, identified, context)
  const person = personFor(await peopleIn(request, context), asked)
  const standing = { request: asked, application, flow: undefined, pushedKey, person }
  const decision = await nextStep(standing, context)
  if (decision.need === 'nothing') return finish(standing, decision.session, context)
  const errand = { applicationUid: application.uid, request: asked, pushedKey }
  return beginFlow(decision.need, errand, request, context)
}
