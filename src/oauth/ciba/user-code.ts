import type { CibaPolicy } from '../../model/ciba.ts'
import type { User } from '../../model/user.ts'
import type { Client } from '../client-auth/index.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'

/** Wrong codes of one client, for whomever: one code tried on many people is guessing, too. */
const PER_CLIENT = { most: 100, window: 600 }

/** CIBA §7.1: it should come only from a client that said it would; whoever sends one counts on its being checked. */
export function userCodeIn(params: Params, { isUserCodeRequired }: CibaPolicy): string | undefined {
  const code = params.optional('user_code')
  if (isUserCodeRequired && code === undefined)
    throw new OAuthError('missing_user_code', 'the client has to send user_code')
  if (!isUserCodeRequired && code !== undefined)
    throw new OAuthError('invalid_request', 'the client may not use user_code')
  return code
}

/** CIBA §7.1.2: without their code nobody is disturbed. Counted before it is looked at. */
export async function checkUserCode(
  code: string | undefined,
  user: User,
  { uid }: Client,
  { store: { guesses }, now, proveUserCode }: Context,
): Promise<void> {
  if (code === undefined) return
  const source = `ciba client ${uid}`
  if ((await guesses.reserve(source, PER_CLIENT, now)) !== 'allowed')
    throw invalid({ why: 'the client sent too many wrong codes' })
  if (!(await proveUserCode(user, code))) throw invalid({ user: user.uid })
  await guesses.giveBack(source)
}

const invalid = (evidence: Record<string, unknown>): OAuthError =>
  new OAuthError('invalid_user_code', 'user_code is not valid', evidence)
