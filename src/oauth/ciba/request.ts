/**
 * The backchannel authentication request (CIBA §7.1): an application asks a person who is not in its
 * browser. Owns no page: `login` shows the request to the person, and the grant waits for their answer.
 */
import type { Seconds } from '../../base/time.ts'
import type { CibaPolicy } from '../../model/ciba.ts'
import { checkResources, checkScope, requestedResources } from '../authorize/checks.ts'
import { grantableScopes } from '../authorize/request.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { parseScope } from '../scope.ts'
import { userCodeIn } from './user-code.ts'

/** What is asked, before it is known of whom. */
export interface AuthenticationRequest {
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly bindingMessage: string | undefined
  readonly lifetime: Seconds
  /** By which the person lets the client ask; where it has to have one. */
  readonly userCode: string | undefined
}

export function validate(
  params: Params,
  client: Client,
  policy: CibaPolicy,
  { tenant }: Pick<Context, 'tenant'>,
): AuthenticationRequest {
  checkScope({ params, application: client, tenant })
  checkOpenId(params)
  checkResources({ params, application: client, tenant })
  return {
    scopes: grantableScopes(params, client),
    resources: requestedResources(params, tenant),
    bindingMessage: bindingMessage(params),
    lifetime: lifetime(params, policy),
    userCode: userCodeIn(params, policy),
  }
}

function checkOpenId(params: Params): void {
  if (!parseScope(params.optional('scope')).includes('openid'))
    throw new OAuthError('invalid_scope', 'scope must contain openid')
}

/** Shown on two screens to be compared: one line that looks the same on both. */
const BINDING_MESSAGE = /^[\x20-\x7e]{1,255}$/

function bindingMessage(params: Params): string | undefined {
  const message = params.optional('binding_message')
  if (message !== undefined && !BINDING_MESSAGE.test(message))
    throw new OAuthError(
      'invalid_binding_message',
      'binding_message must be 1 to 255 printable ASCII characters',
    )
  return message
}

const POSITIVE = /^0*[1-9]\d{0,9}$/

/** What the client wants, and never more than the application was given. */
function lifetime(params: Params, policy: CibaPolicy): Seconds {
  const wanted = params.optional('requested_expiry')
  if (wanted === undefined) return policy.lifetime
  if (!POSITIVE.test(wanted))
    throw new OAuthError('invalid_request', 'requested_expiry is not a positive whole number')
  return Math.min(Number(wanted), policy.lifetime)
}
