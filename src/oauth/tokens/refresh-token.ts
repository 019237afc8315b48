import type { NewRefreshToken } from '../../store/port.ts'
import type { Context } from '../context.ts'
import type { Entitlement } from '../entitle.ts'
import { mint } from './mint.ts'

export function refreshToken(
  { client, proof, refresh }: Entitlement,
  context: Context,
): { readonly token: string; readonly row: NewRefreshToken } | undefined {
  if (refresh === undefined || proof.owner === undefined) return undefined
  const { token, key } = mint(context)
  const row = {
    key,
    authorizationUid: proof.owner.authorization.uid,
    applicationUid: client.uid,
    issuedAt: context.now,
    ...refresh,
  }
  return { token, row }
}
