import { digest } from '../base/digest.ts'
import type { JsonObject } from '../base/json.ts'
import { randomToken } from '../base/random.ts'
import { errorRedirect, type Identified, identify, validate } from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Reply, type Request, seeOther } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import { browserCookie, cookieSecret, newSecret } from './cookies.ts'
import { finish, nextStep } from './dispatch.ts'
import { addressOf, beginFlow, FLOW_LIFETIME } from './flow.ts'
import { peopleIn, personFor } from './person.ts'

/** RFC 6749 §3.1. A failure before `identify` is done is a page; after it, a redirect. */
export const authorize: Endpoint = {
  paths: ['/authorize'],
  methods: ['GET', 'POST'],
  metadata: 'authorization_endpoint',
  face: 'page',
  takesCrossSitePost: true,
  async handle(request, context) {
    if (request.method === 'POST') return keepPosted(request.form, context)
    const params = Params.parse(await querySent(request, context))
    const identified = identify(params, context)
    try {
      return await proceed(params, identified, request, context)
    } catch (error) {
      if (error instanceof OAuthError)
        return errorRedirect(identified, error, context.tenant.issuer)
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
  const { tenant } = context
  const { application } = identified
  const asked = await validate(params, identified, context)
  const person = personFor(await peopleIn(request, context), undefined, asked.hintedSubject)
  const standing = { request: asked, application, flow: undefined, person }
  const decision = await nextStep(standing, context)
  if (decision.need === 'nothing') return finish(standing, decision.session, context)
  const secret = cookieSecret('browser', request, tenant) ?? newSecret(context.random)
  const flow = await beginFlow(asked, application, secret, context)
  return seeOther(addressOf(decision.need, flow, tenant), {
    'set-cookie': browserCookie(secret, tenant),
  })
}

/** A POST from another site carries none of our cookies: its parameters wait for a GET that does. */
async function keepPosted(form: string, context: Context): Promise<Reply> {
  const { application } = identify(Params.parse(form), context)
  const id = randomToken(context.random)
  await context.store.interactions.begin({
    digest: digest(id),
    applicationUid: application.uid,
    browserDigest: NO_BROWSER,
    request: { posted: form },
    createdAt: context.now,
    expiresAt: context.now + FLOW_LIFETIME,
    authenticatedSessionUid: undefined,
    completedAt: undefined,
  })
  return seeOther(`${context.tenant.path}/authorize?interaction=${id}`)
}

/** Not a digest, so no browser can own such a row. */
const NO_BROWSER = ''

async function querySent({ query }: Request, { store, now }: Context): Promise<string> {
  const id = Params.parse(query).optional('interaction')
  if (id === undefined) return query
  const kept = await store.interactions.find(digest(id), now)
  const posted = kept?.browserDigest === NO_BROWSER ? postedIn(kept.request) : undefined
  if (posted === undefined) throw new OAuthError('invalid_request', 'this request has expired')
  return posted
}

const postedIn = ({ posted }: JsonObject): string | undefined =>
  typeof posted === 'string' ? posted : undefined
