import { rowKey } from '../../base/id.ts'
import type { Tenant } from '../../model/tenant.ts'
import { bad, type Diagnosis, type Finding, good, OF_NOBODY } from './finding.ts'
import { audienceFinding, partiesOf, timeFinding } from './parties.ts'
import type { Place } from './place.ts'

/** The row of a token without dots, wherever it is. */
export async function opaqueDiagnosis(token: string, place: Place): Promise<Diagnosis> {
  const key = rowKey(token)
  if (key === undefined)
    return {
      ...OF_NOBODY,
      form: 'unknown',
      findings: [
        bad(
          'form',
          'it is neither a JWT nor a token that tokenidp makes',
          'give the whole token, without anything around it',
        ),
      ],
    }
  for (const tenant of place.snapshot.tenants) {
    const found =
      (await accessToken(key, tenant, place)) ?? (await refreshToken(key, tenant, place))
    if (found !== undefined) return found
  }
  return {
    ...OF_NOBODY,
    form: 'opaque',
    findings: [
      bad(
        'record',
        'no tenant of this database has issued it, or it ended long ago',
        'look at the database that its issuer uses',
      ),
    ],
  }
}

async function accessToken(
  key: Buffer,
  tenant: Tenant,
  place: Place,
): Promise<Diagnosis | undefined> {
  const record = await place.store(tenant).accessTokens.find(key)
  if (record === undefined) return undefined
  const { findings, ...parties } = await partiesOf(record, tenant, place)
  return {
    form: 'opaque',
    use: 'access_token',
    tenant: tenant.name,
    ...parties,
    findings: [
      // Whoever saw a JWT knows its `jti`.
      record.format === 'jwt'
        ? bad('form', 'it is the jti of a JWT, which is no token', 'give the JWT')
        : good('issuer', tenant.issuer),
      audienceFinding(record.audience, tenant),
      timeFinding(record.expiresAt, place.now),
      revocationFinding(record.isLive),
      ...findings,
    ],
  }
}

async function refreshToken(
  key: Buffer,
  tenant: Tenant,
  place: Place,
): Promise<Diagnosis | undefined> {
  const record = await place.store(tenant).refreshTokens.find(key)
  if (record === undefined) return undefined
  const { userUid, isLive, sessionExpiresAt = Number.POSITIVE_INFINITY } = record.authorization
  const { applicationUid } = record
  const { findings, ...parties } = await partiesOf({ applicationUid, userUid }, tenant, place)
  const ends = Math.min(record.expiresAt, record.idleExpiresAt, sessionExpiresAt)
  return {
    form: 'opaque',
    use: 'refresh_token',
    tenant: tenant.name,
    ...parties,
    findings: [
      good('issuer', tenant.issuer),
      timeFinding(ends, place.now),
      revocationFinding(isLive),
      ...(record.consumedAt === undefined
        ? []
        : [bad('use', 'it has been used, and another one is in its place', 'sign in again')]),
      ...findings,
    ],
  }
}

export const revocationFinding = (isLive: boolean): Finding =>
  isLive
    ? good('revocation', 'not revoked')
    : bad(
        'revocation',
        'it was revoked, or its grant, session or person has ended',
        'sign in again',
      )
