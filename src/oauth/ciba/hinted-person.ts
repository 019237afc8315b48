import type { CibaHint, CibaPolicy } from '../../model/ciba.ts'
import type { User } from '../../model/user.ts'
import { isActive } from '../active.ts'
import { hintedSubject } from '../authorize/hint.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'

const HINTS = ['login_hint', 'id_token_hint', 'login_hint_token'] as const

/** CIBA §7.1: exactly one hint says who is meant. Only authenticated clients learn who is not there. */
export async function hintedPerson(
  params: Params,
  client: Client,
  policy: CibaPolicy,
  context: Context,
): Promise<User> {
  const hint = theOneHint(params, policy)
  const user = await personBy(hint, params, client, context)
  if (!isActive(user)) throw new OAuthError('unknown_user_id', 'nobody is known by this hint')
  return user
}

function theOneHint(params: Params, { hints }: CibaPolicy): CibaHint {
  const [hint, second] = HINTS.filter((name) => params.optional(name) !== undefined)
  if (hint === undefined || second !== undefined)
    throw new OAuthError('invalid_request', 'send exactly one of login_hint and id_token_hint')
  if (hint === 'login_hint_token')
    throw new OAuthError('invalid_request', 'login_hint_token is not supported')
  if (!hints.has(hint)) throw new OAuthError('invalid_request', `the client may not use ${hint}`)
  return hint
}

async function personBy(
  hint: CibaHint,
  params: Params,
  client: Client,
  context: Context,
): Promise<User | undefined> {
  const { users } = context.store
  if (hint === 'login_hint') return users.findByLogin(params.required('login_hint'))
  const subject = await hintedSubject(params, client, context)
  return subject === null ? undefined : users.findBySubject(subject)
}
