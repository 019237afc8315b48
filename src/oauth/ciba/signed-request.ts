import { digest } from '../../base/digest.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import type { Seconds } from '../../base/time.ts'
import type { CibaPolicy } from '../../model/ciba.ts'
import { parametersIn } from '../authorize/request-object.ts'
import type { Client } from '../client-auth/index.ts'
import { clientSignedClaims } from '../client-jwt.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { Params } from '../params.ts'
import { jwsHeader } from '../tokens/jws.ts'

/** Clocks differ. */
const AHEAD: Seconds = 30
/** How long one may be valid, and so how long we remember that it was used. */
const LONGEST: Seconds = 3600
const MAX_JTI = 256

/** CIBA §7.1: what a signed request has inside of it and nowhere else. */
const PARAMETERS: readonly string[] = [
  ...['scope', 'client_notification_token', 'acr_values', 'login_hint_token', 'id_token_hint'],
  ...['login_hint', 'binding_message', 'user_code', 'requested_expiry', 'resource'],
]

/** What is asked, signed (CIBA §7.1.1) or plain. `outer` is the form as it came. */
export async function askedParams(
  outer: Params,
  client: Client,
  { isSignatureRequired }: CibaPolicy,
  context: Context,
): Promise<Params> {
  const object = outer.optional('request')
  if (object === undefined) {
    if (isSignatureRequired) throw refused('the request must be signed, in the parameter request')
    return outer
  }
  if (PARAMETERS.some((name) => outer.list(name).length > 0))
    throw refused('what is asked must be inside of request, and nowhere else')
  const claims = await signedBy(client, object, context)
  checkUse(claims, client, context)
  await useOnce(claims, client, context)
  return Params.of(parametersIn(claims))
}

async function signedBy(client: Client, object: string, context: Context): Promise<JsonObject> {
  const { typ, alg } = jwsHeader(object) ?? {}
  const { algorithm } = client.requestObject
  if (!isOfUse(typ)) throw refused('request is a JWT of another type')
  if (algorithm !== undefined && alg !== algorithm)
    throw refused('request is not signed by the algorithm of the client')
  const claims = await clientSignedClaims(object, client, context)
  if (claims === undefined) throw refused('request is not signed by a key of the client')
  return claims
}

/** It has no type of its own, so it is refused by the types that others have (RFC 8725 §3.12). */
const isOfUse = (typ: Json | undefined): boolean =>
  typ === undefined || (typeof typ === 'string' && /^jwt$/i.test(typ))

/** From the client, for this issuer, and for this endpoint. */
function checkUse(claims: JsonObject, { clientId }: Client, { tenant }: Context): void {
  const { iss, sub, aud, client_id = clientId } = claims
  if (iss !== clientId) throw refused('iss of request is not the client')
  if (client_id !== clientId) throw refused('client_id of request is not the client')
  if (!(Array.isArray(aud) ? aud : [aud]).includes(tenant.issuer))
    throw refused('aud of request is not this issuer')
  // What authenticates a client, or asks at the authorization endpoint, must not pass for this.
  if (sub === clientId) throw refused('sub of request is the client')
  if ('response_type' in claims) throw refused('request is for the authorization endpoint')
  if ('request' in claims) throw refused('request holds another request')
}

/** Valid now, for an hour at most, and never again. */
async function useOnce(
  claims: JsonObject,
  { uid }: Client,
  { store, now }: Context,
): Promise<void> {
  const { jti } = claims
  const expiresAt = expiryOf(claims, now)
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI)
    throw refused('jti of request is missing or too long')
  // The same name in an assertion, by which it authenticates, is another.
  const use = { digest: digest(`ciba ${jti}`), expiresAt }
  if ((await store.assertions.use(uid, use, now)) !== 'fresh')
    throw refused('request has been used already')
}

function expiryOf({ exp, nbf, iat }: JsonObject, now: number): number {
  if (typeof exp !== 'number' || typeof nbf !== 'number' || typeof iat !== 'number')
    throw refused('request must have exp, nbf and iat')
  if (exp <= now) throw refused('request has expired')
  if (nbf > now + AHEAD || iat > now + AHEAD) throw refused('request is not valid yet')
  if (exp > now + LONGEST + AHEAD || exp - nbf > LONGEST)
    throw refused('request is valid for longer than 60 minutes')
  return Math.ceil(exp)
}

/** CIBA §13 has no code of its own for these. */
const refused = (description: string): OAuthError => new OAuthError('invalid_request', description)
