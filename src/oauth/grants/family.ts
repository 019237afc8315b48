import type { Client } from '../client-auth/index.ts'
import type { Proof } from './grant.ts'

/** Whether a first refresh token comes with what a person allowed. */
export const newFamily = (
  { grants, refreshToken }: Client,
  isOffline: boolean,
): Exclude<Proof['family'], object> =>
  grants.has('refresh_token') && (isOffline || refreshToken.issue === 'always') ? 'new' : 'none'
