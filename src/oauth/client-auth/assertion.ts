import { digest } from '../../base/digest.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import type { Seconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import type { Context } from '../context.ts'
import type { Request } from '../exchange.ts'
import type { Params } from '../params.ts'
import { jwsHeader, unverifiedClaims } from '../tokens/jws.ts'
import type { Credentials } from './method.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Clocks differ: 10 seconds ahead are taken, a minute is not. */
const AHEAD: Seconds = 30
/** How long we are willing to remember that one was used. */
const LONGEST: Seconds = 3600
const MAX_JTI = 256

export interface Assertion {
  readonly token: string
  /** As its header says; empty where the header says that it is something else. */
  readonly algorithm: string
  /** As its subject says. */
  readonly clientId: string
}

/** RFC 7521 §4.2: the one there is, unverified. */
export function assertionIn(params: Params): Assertion | undefined {
  const token = params.optional('client_assertion')
  if (token === undefined || params.optional('client_assertion_type') !== TYPE) return undefined
  const { alg, typ } = jwsHeader(token) ?? {}
  const { sub } = unverifiedClaims(token) ?? {}
  return { token, algorithm: isOfUse(typ) ? textOf(alg) : '', clientId: textOf(sub) }
}

/** Not every value of JSON can be made a text of. */
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** A JWT that was made for another purpose says so (RFC 8725 §3.11). */
const isOfUse = (typ: Json | undefined): boolean =>
  typ === undefined || (typeof typ === 'string' && /^(jwt|client-authentication\+jwt)$/i.test(typ))

type Verify = (
  token: string,
  application: Application,
  context: Context,
) => Promise<JsonObject | undefined>

/** RFC 7523 §3. It is used up last, so that nobody uses up what is not theirs. */
export const assertedBy = (
  { token, algorithm, clientId }: Assertion,
  request: Request,
  verify: Verify,
): Credentials => ({
  clientIds: [clientId],
  async prove(application, context) {
    if (application === undefined || algorithm === '') return false
    const claims = await verify(token, application, context)
    if (claims === undefined || !isFromAndForUs(claims, { application, request, context }))
      return false
    const use = usableOnce(claims, context)
    if (use === undefined) return false
    const outcome = await context.store.assertions.use(application.uid, use, context.now)
    return outcome === 'fresh'
  },
})

interface Use {
  readonly application: Application
  readonly request: Request
  readonly context: Context
}

function isFromAndForUs(
  { iss, sub, aud }: JsonObject,
  { application, request, context }: Use,
): boolean {
  const { clientId, assertionAudience } = application
  if (iss !== clientId || sub !== clientId) return false
  const { issuer } = context.tenant
  if (assertionAudience === 'issuer') return aud === issuer
  // RFC 9126 §2, CIBA §7.1: this endpoint or the token endpoint.
  const ours: readonly (Json | undefined)[] = [
    issuer,
    `${issuer}/token`,
    `${issuer}${request.path}`,
  ]
  return Array.isArray(aud) ? aud.some((each: Json) => ours.includes(each)) : ours.includes(aud)
}

/** Its `jti` as we remember it, and until when; `undefined` when it is not valid now. */
function usableOnce({ exp, nbf, iat, jti }: JsonObject, { now }: Context) {
  if (typeof exp !== 'number' || exp <= now || exp > now + LONGEST + AHEAD) return undefined
  if (!isPast(nbf, now) || !isPast(iat, now)) return undefined
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI) return undefined
  return { digest: digest(jti), expiresAt: Math.ceil(exp) }
}

const isPast = (instant: Json | undefined, now: number): boolean =>
  instant === undefined || (typeof instant === 'number' && instant <= now + AHEAD)
