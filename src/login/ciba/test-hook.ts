import { rowKey, ulid } from '../../base/id.ts'
import { randomToken } from '../../base/random.ts'
import { ACR_VALUES, type Session } from '../../model/session.ts'
import type { Context } from '../../oauth/context.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import { OAuthError } from '../../oauth/errors.ts'
import { json, type Request } from '../../oauth/exchange.ts'
import { Params } from '../../oauth/params.ts'
import { decide } from './decide.ts'

const ACTIONS = ['allow', 'deny']

/**
 * Answers in the place of a person, for a conformance suite that has none. Only where the tenant has it,
 * which an environment other than `kind: dev` cannot; elsewhere it does not exist.
 */
export const testHook: Endpoint = {
  paths: ['/ciba/hook'],
  methods: ['POST'],
  face: 'api',
  async handle(request, context) {
    if (!context.tenant.ciba.hasTestHook)
      return json({ error: 'invalid_request', error_description: 'there is no such endpoint' }, 404)
    const [query, form] = [Params.parse(request.query), Params.parse(request.form)]
    const read = (name: string): string => query.optional(name) ?? form.required(name)
    const [id, action] = [read('auth_req_id'), read('action')]
    if (!ACTIONS.includes(action))
      throw new OAuthError('invalid_request', 'action must be allow or deny')
    if (!(await answer(id, action === 'allow', request, context)))
      throw new OAuthError('invalid_request', 'auth_req_id does not wait for an answer')
    return json({})
  },
}

async function answer(id: string, isAllowed: boolean, request: Request, context: Context) {
  const { store, tenant } = context
  const key = rowKey(id)
  const asked = key === undefined ? undefined : await store.backchannelRequests.find(key)
  const application = tenant.applicationsByUid.get(asked?.applicationUid ?? '')
  const user = asked && (await store.users.find(asked.userUid))
  if (asked === undefined || application === undefined || user === undefined) return false
  const session = await sessionOf(user.uid, context)
  if (session === undefined) return false
  return decide(
    { request: asked, application, person: { session, user } },
    isAllowed,
    request,
    context,
  )
}

/** In a browser that nobody has. */
function sessionOf(
  userUid: string,
  { store, tenant, now, nowMs, random }: Context,
): Promise<Session | undefined> {
  const session: Session = {
    uid: ulid(nowMs, random),
    userUid,
    authTime: now,
    acr: ACR_VALUES[0],
    amr: [],
    idleExpiresAt: now + Math.min(tenant.session.idle, tenant.session.absolute),
    expiresAt: now + tenant.session.absolute,
  }
  const [digest, browserUid] = [randomToken(random), ulid(nowMs, random)]
  return store.sessions.signIn({ previousDigest: undefined, digest, browserUid, session }, now)
}
