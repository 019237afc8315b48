import type { Context } from '../context.ts'
import type { Entitlement } from '../entitle.ts'
import type { TokenResponse } from '../grants/grant.ts'
import { formatScope } from '../scope.ts'
import { accessToken } from './access-token.ts'
import { idToken } from './id-token.ts'
import { refreshToken } from './refresh-token.ts'

/** Mints, then settles: what was held up is used up in the transaction that stores what it bought. */
export async function issue(entitlement: Entitlement, context: Context): Promise<TokenResponse> {
  const access = await accessToken(entitlement, context)
  const id = await idToken(entitlement, access.token, context)
  const refresh = refreshToken(entitlement, context)
  const { access: terms, scopes, proof } = entitlement
  return proof.settle(
    { access: access.row, refresh: refresh?.row },
    {
      access_token: access.token,
      token_type: 'Bearer',
      expires_in: terms.lifetime,
      ...(refresh === undefined ? {} : { refresh_token: refresh.token }),
      ...(id === undefined ? {} : { id_token: id }),
      ...(scopes.length === 0 ? {} : { scope: formatScope(scopes) }),
    },
  )
}
