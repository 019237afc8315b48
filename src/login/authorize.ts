import { type Identified, identify, validate } from '../oauth/authorize/index.ts'
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
      const { application } = identify(Params.read(request.form), context)
      return keepPosted(request, application.uid, context)
    }
    const params = Params.read(await whatWasAsked(request, context))
    const identified = identify(params, context)
    try {
      return await proceed(params, identified, request, context)
    } catch (error) {
      if (error instanceof OAuthError) return respond(identified, { error }, context)
      throw error
    }
  },
}

async function proceed(
  params: Params,
  identified: Identified,
  request: Request,
  context: Context,
): Promise<Reply> {
  const { application } = identified
  const asked = await validate(params, identified, context)
  const person = personFor(await peopleIn(request, context), asked)
  const standing = { request: asked, application, flow: undefined, person }
  const decision = await nextStep(standing, context)
  if (decision.need === 'nothing') return finish(standing, decision.session, context)
  const errand = { applicationUid: application.uid, request: asked }
  return beginFlow(decision.need, errand, request, context)
}
