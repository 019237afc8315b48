/** The grants: one file each, and this list. A grant proves something; what it is worth is for `entitle`. */
import type { EpochSeconds } from '../../base/time.ts'
import type { GrantType } from '../../model/application.ts'
import type { Client } from '../client-auth/index.ts'
import { OAuthError } from '../errors.ts'
import { authorizationCode } from './authorization-code.ts'
import { ciba } from './ciba.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode } from './device-code.ts'
import type { Grant } from './grant.ts'
import { password } from './password.ts'
import { refreshToken } from './refresh-token.ts'

const GRANTS: readonly Grant[] = [
  authorizationCode,
  refreshToken,
  clientCredentials,
  ciba,
  deviceCode,
  password,
]

export const grantTypes: readonly GrantType[] = GRANTS.map(({ type }) => type)

export function grantFor(type: string, client: Client, now: EpochSeconds): Grant {
  const grant = GRANTS.find((candidate) => candidate.type === type)
  if (grant === undefined)
    throw new OAuthError('unsupported_grant_type', 'grant_type is not supported')
  if (!client.grants.has(grant.type) || grant.isOpenTo?.(client, now) === false)
    throw new OAuthError('unauthorized_client', 'the client may not use this grant_type')
  return grant
}
