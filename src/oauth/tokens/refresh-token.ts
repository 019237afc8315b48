import { mintToken } from '../../base/id.ts'
import type { NewRefreshToken } from '../../store/port.ts'
import type { Context } from '../context.ts'
import type { Entitlement } from '../entitle.ts'

export function refreshToken(
  { client, proof, refresh }: Entitlement,
  context: Context,
): { readonly token: string; readonly row: NewRefreshToken } | undefined {
  if (refresh === undefined || proof.owner === undefined) return undefined
  const { token, key } = mintToken(context.nowMs, context.random)
  const row = {
    key,
    authorizationUid: proof.owner.authorization.uid,
    applicationUid: client.uid,
    issuedAt: context.now,
    ...refresh,
  }
  return { token, row }
}
