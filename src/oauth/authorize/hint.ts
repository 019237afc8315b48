import type { Application } from '../../model/application.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { subjectBehind } from '../subject.ts'
import { verifyJwt } from '../tokens/verify.ts'

/** The `sub` of the person an `id_token_hint` is about (OpenID Connect Core §3.1.2.1). It may have expired. */
export async function hintedSubject(
  params: Params,
  application: Application,
  context: Pick<Context, 'tenant' | 'keys' | 'now' | 'store'>,
): Promise<string | null> {
  const hint = params.optional('id_token_hint')
  if (hint === undefined) return null
  const claims = await verifyJwt(hint, { typ: 'JWT', mayBeExpired: true }, context)
  const sub = claims?.sub
  if (typeof sub !== 'string' || claims?.aud !== application.clientId)
    throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this client')
  return subjectBehind(sub, application, context)
}
