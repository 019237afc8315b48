import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { rowKey } from '../../base/id.ts'
import type { JsonObject } from '../../base/json.ts'
import type { StoredKey } from '../../model/key.ts'
import type { Tenant } from '../../model/tenant.ts'
import { jwsHeader, signedClaims, unverifiedClaims } from '../../oauth/tokens/jws.ts'
import { instantText } from '../io.ts'
import { printable } from '../printable.ts'
import { bad, type Diagnosis, type Finding, good, OF_NOBODY, unknown } from './finding.ts'
import { revocationFinding } from './opaque.ts'
import { audienceFinding, NOBODY, type Parties, partiesOf, timeFinding } from './parties.ts'
import { keyNamed, type Place } from './place.ts'

const USES: Readonly<Record<string, string>> = {
  'at+jwt': 'access_token',
  JWT: 'id_token',
  'logout+jwt': 'logout_token',
  'ciba-notice+jwt': 'ciba_notice',
  'token-introspection+jwt': 'introspection',
}

/** From what it says to what is so: nothing it claims is believed before its signature was checked. */
export async function jwtDiagnosis(token: string, place: Place): Promise<Diagnosis> {
  const header = jwsHeader(token)
  const said = unverifiedClaims(token)
  if (header === undefined || said === undefined)
    return {
      ...OF_NOBODY,
      form: 'unknown',
      findings: [bad('form', 'it has three parts and is no JWT that may be taken')],
    }
  const found = await keyNamed(header.kid, place)
  const byIssuer = place.snapshot.tenants.find(({ issuer }) => issuer === said.iss)
  const tenant = byIssuer ?? found?.tenant
  const use = USES[typeof header.typ === 'string' ? header.typ : ''] ?? null
  const key = found !== undefined && found.tenant === tenant ? found.key : undefined
  const { claims, findings } = await signature(token, header, key)
  const about = claims && tenant && (await aboutClaims(claims, use, tenant, place))
  return {
    form: 'jwt',
    use,
    tenant: tenant?.name ?? null,
    application: about?.application ?? null,
    user: about?.user ?? null,
    findings: [
      issuerFinding(said.iss, byIssuer, found?.tenant, place),
      ...findings,
      ...typeFindings(header.typ, use),
      ...(about?.findings ?? []),
    ],
  }
}

const typeFindings = (typ: unknown, use: string | null): readonly Finding[] =>
  use === null ? [bad('type', printable(`no token of ours has typ ${JSON.stringify(typ)}`))] : []

function issuerFinding(
  iss: unknown,
  tenant: Tenant | undefined,
  keyOwner: Tenant | undefined,
  { snapshot }: Place,
): Finding {
  if (tenant !== undefined) return good('issuer', tenant.issuer)
  const said = printable(typeof iss === 'string' ? `${iss} is` : 'it names none, which is')
  const known = keyOwner === undefined ? snapshot.tenants : [keyOwner]
  return bad(
    'issuer',
    `${said} no issuer of what is applied`,
    `here: ${known.map(({ issuer }) => issuer).join(', ')}`,
  )
}

interface Signature {
  readonly claims: JsonObject | undefined
  readonly findings: readonly Finding[]
}

async function signature(
  token: string,
  { alg, kid }: JsonObject,
  key: StoredKey | undefined,
): Promise<Signature> {
  if (key === undefined) {
    const what = printable(typeof kid === 'string' ? `key ${kid}` : 'a key without a name')
    const next = 'compare the issuer: tokens of another place have other keys'
    const findings = [
      bad('key', `${what} is no key of its issuer here`, next),
      unknown('signature', 'it cannot be checked without the key'),
    ]
    return { claims: undefined, findings }
  }
  const publicKey = createPublicKey({ key: key.publicJwk as JsonWebKey, format: 'jwk' })
  const claims =
    alg === key.algorithm ? await signedClaims(token, publicKey, key.algorithm) : undefined
  const checked =
    claims === undefined
      ? bad('signature', 'it is not of this key: the token was changed, cut off or made up')
      : good('signature', `${key.algorithm}, by this key`)
  return { claims, findings: [keyFinding(key), checked] }
}

function keyFinding({ kid, state, retiredAt }: StoredKey): Finding {
  const since = retiredAt === undefined ? '' : ` since ${instantText(retiredAt)}`
  if (state === 'compromised')
    return bad('key', `${kid} is compromised${since}: nobody may trust it`, 'get a new token')
  if (state === 'retired') return bad('key', `${kid} has left the JWKS${since}`, 'get a new token')
  return good('key', `${kid}, in the JWKS (${state})`)
}

async function aboutClaims(
  claims: JsonObject,
  use: string | null,
  tenant: Tenant,
  place: Place,
): Promise<Parties> {
  const findings = [audienceFinding(claims.aud, tenant), timeFinding(claims.exp, place.now)]
  if (use !== 'access_token') {
    const application = tenant.applications.get(typeof claims.aud === 'string' ? claims.aud : '')
    return { ...NOBODY, application: application?.name ?? null, findings }
  }
  const key = rowKey(typeof claims.jti === 'string' ? claims.jti : '')
  const record = key === undefined ? undefined : await place.store(tenant).accessTokens.find(key)
  if (record === undefined) {
    const message = 'this database has no record of it: it counts as revoked'
    return { ...NOBODY, findings: [...findings, bad('revocation', message)] }
  }
  const parties = await partiesOf(record, tenant, place)
  const revocation = revocationFinding(record.isLive)
  return { ...parties, findings: [...findings, revocation, ...parties.findings] }
}
