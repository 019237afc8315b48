import type { Json, JsonObject } from '../../base/json.ts'
import type { Seconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import { clientSignedClaims } from '../client-jwt.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { Params } from '../params.ts'
import { isEncrypted, opened } from '../tokens/decrypt.ts'
import { jwsHeader } from '../tokens/jws.ts'

/** Clocks differ: 8 seconds ahead are taken, a minute is not. */
const AHEAD: Seconds = 30

/** What the JWT says of itself, and the parameter that has to be outside, too. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  'client_id',
])

/**
 * The parameters in an object that this application signed, and may have encrypted (RFC 9101 §6). Only these count: whatever
 * stands beside the object was not signed (§5).
 */
export async function signedParams(
  given: string,
  application: Application,
  context: Context,
): Promise<Params> {
  const object = isEncrypted(given) ? await opened(given, context) : given
  if (object === undefined) throw refused('request is not encrypted for this issuer')
  const { typ, alg } = jwsHeader(object) ?? {}
  const { algorithm } = application.requestObject
  if (!isOfUse(typ)) throw refused('request is a JWT of another type')
  if (algorithm !== undefined && alg !== algorithm)
    throw refused('request is not signed by the algorithm of the client')
  const claims = await clientSignedClaims(object, application, context)
  if (claims === undefined) throw refused('request is not signed by a key of the client')
  checkAddress(claims, application, context)
  checkInstants(claims, context)
  return Params.of([['client_id', application.clientId], ...parametersIn(claims)])
}

/** RFC 9101 §10.8: a JWT that was made for another purpose says so. */
const isOfUse = (typ: Json | undefined): boolean =>
  typ === undefined || (typeof typ === 'string' && /^(jwt|oauth-authz-req\+jwt)$/i.test(typ))

function checkAddress(claims: JsonObject, { clientId }: Application, { tenant }: Context): void {
  const { iss, sub, aud, client_id } = claims
  if (iss !== clientId) throw refused('iss of request is not the client')
  if (client_id !== clientId) throw refused('client_id of request is not the one outside of it')
  // What authenticates a client must not pass for its request, nor the other way round (RFC 9101 §10.8).
  if (sub === clientId) throw refused('sub of request is the client')
  if (!(Array.isArray(aud) ? aud : [aud]).includes(tenant.issuer))
    throw refused('aud of request is not this issuer')
  if ('request' in claims || 'request_uri' in claims) throw refused('request holds another request')
}

function checkInstants({ exp, nbf, iat }: JsonObject, { now }: Context): void {
  if (exp !== undefined && !(typeof exp === 'number' && exp > now))
    throw refused('request has expired')
  for (const instant of [nbf, iat])
    if (instant !== undefined && !(typeof instant === 'number' && instant <= now + AHEAD))
      throw refused('request is not valid yet')
}

/** What is asked by the claims, without what the JWT says of itself. */
export const parametersIn = (claims: JsonObject): readonly Parameter[] =>
  Object.entries(claims).flatMap(([name, value]) => parametersOf(name, value))

type Parameter = readonly [name: string, value: string]

/** RFC 9101 §4: numbers and objects as JSON has them; `resource` may be a list of several. */
function parametersOf(name: string, value: Json): readonly Parameter[] {
  if (NOT_PARAMETERS.has(name) || value === null) return []
  if (name === 'resource' && Array.isArray(value)) return value.map((each) => [name, textOf(each)])
  return [[name, textOf(value)]]
}

/** What can be read need not be writable: depth costs the writer of JSON its stack, and the reader none. */
function textOf(value: Json): string {
  try {
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch {
    throw refused('a parameter in request is nested too deeply')
  }
}

const refused = (description: string): OAuthError =>
  new OAuthError('invalid_request_object', description)
