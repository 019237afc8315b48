import { rowKey } from '../../base/id.ts'
import type { CodeRecord } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Params } from '../params.ts'
import { provesPkce } from '../pkce.ts'
import { resourcesToChooseFrom } from '../resource.ts'
import { newFamily } from './family.ts'
import type { Grant } from './grant.ts'
import { ownerOf } from './owner.ts'

/** RFC 6749 §4.1.3. */
export const authorizationCode: Grant = {
  type: 'authorization_code',
  async redeem(params, client, context) {
    const { store, now } = context
    const key = rowKey(params.required('code'))
    const code = key === undefined ? undefined : await store.codes.find(key)
    if (key === undefined || code?.authorization.applicationUid !== client.uid)
      throw invalidCode('unknown, or not of this client')
    await refuseReplay(code, context)
    await refuseStranger(code, params, context)

    const { authorization } = code
    const owner = await ownerOf(authorization, context)
    if (owner === undefined) throw invalidCode('authorization has ended')
    return {
      owner,
      scopes: authorization.scopes,
      resources: resourcesToChooseFrom(params, authorization.resources, context.tenant),
      nonce: authorization.nonce,
      family: newFamily(client, authorization.isOffline),
      async settle(bought, response) {
        const outcome = await store.codes.redeem(key, bought, now)
        if (outcome === 'replayed') throw invalidCode('another redemption came first')
        return response
      },
    }
  },
}

/** RFC 6749 §4.1.2: a second use means that the code leaked, so what the first one won ends too. */
async function refuseReplay(code: CodeRecord, { store, now }: Context): Promise<void> {
  if (code.consumedAt !== undefined) {
    await store.authorizations.revoke(code.authorization.uid, now)
    throw invalidCode('replayed')
  }
  if (code.expiresAt <= now) throw invalidCode('expired')
}

/** Whoever fails here holds a code that is not theirs: it is burnt, so that they get one guess. */
async function refuseStranger(code: CodeRecord, params: Params, context: Context): Promise<void> {
  const why = strangeness(code, params)
  if (why === undefined) return
  await context.store.codes.burn(code.key, context.now)
  throw invalidCode(why)
}

function strangeness(code: CodeRecord, params: Params): string | undefined {
  if (!provesPkce(params.optional('code_verifier'), code.codeChallenge)) return 'verifier is wrong'
  const redirectUri = params.optional('redirect_uri')
  // Absent only when PKCE binds the code to its request already.
  if (redirectUri === undefined && code.codeChallenge !== undefined) return undefined
  return redirectUri === code.redirectUri ? undefined : 'redirect_uri differs'
}

const invalidCode = (why: string): OAuthError =>
  new OAuthError('invalid_grant', 'code is not valid', { why })
