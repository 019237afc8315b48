/** Client authentication (RFC 6749 §2.3): one file per method. Owns the only way to a `Client`; knows no grant. */
import { type Application, type ClientAuthMethod, isConfidential } from '../../model/application.ts'
import { isActive } from '../active.ts'
import { CLIENT_SIGNING_ALGORITHMS } from '../client-jwt.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Request } from '../exchange.ts'
import { Params } from '../params.ts'
import { clientSecretBasic } from './basic.ts'
import { clientSecretJwt, SECRET_ALGORITHMS } from './client-secret-jwt.ts'
import type { AuthMethod, Credentials } from './method.ts'
import { none } from './none.ts'
import { clientSecretPost } from './post.ts'
import { privateKeyJwt } from './private-key-jwt.ts'
import { selfSignedTlsClientAuth } from './self-signed-tls.ts'

declare const authenticated: unique symbol

/** An application that proved to be the caller. Only `authenticateClient` makes one. */
export interface Client extends Application {
  readonly [authenticated]: true
}

const METHODS: readonly AuthMethod[] = [
  clientSecretBasic,
  clientSecretPost,
  privateKeyJwt,
  clientSecretJwt,
  selfSignedTlsClientAuth,
  none,
]

export const clientAuthMethods = (door: {
  readonly hasCertificates: boolean
}): readonly ClientAuthMethod[] =>
  METHODS.filter(({ needsCertificate }) => door.hasCertificates || !needsCertificate).map(
    ({ name }) => name,
  )

/** What an assertion may be signed with, whichever of the two methods makes it. */
export const clientAuthAlgorithms: readonly string[] = [
  ...CLIENT_SIGNING_ALGORITHMS,
  ...SECRET_ALGORITHMS,
]

const proven = new WeakMap<Request, string>()

/** The `client_id` of the client with credentials of its own that stood behind this request. */
export const provenClient = (request: Request): string | undefined => proven.get(request)

/** Whose a request says it is, before anything is proved. */
export function clientsNamed(request: Request): readonly string[] {
  try {
    const params = Params.parse(request.form)
    return METHODS.flatMap((method) => method.read(request, params)?.clientIds ?? [])
  } catch (error) {
    if (error instanceof OAuthError) return []
    throw error
  }
}

export async function authenticateClient(
  request: Request,
  params: Params,
  context: Context,
): Promise<Client> {
  const { method, credentials } = presentedBy(request, params, context)
  const application = credentials.clientIds
    .map((clientId) => context.tenant.applications.get(clientId))
    .find((found) => found !== undefined)

  const candidate = isActive(application) && mayUse(application, method) ? application : undefined
  const isTheirs = await credentials.prove(candidate, context)
  if (candidate === undefined || !isTheirs)
    throw refused(method, { clientId: credentials.clientIds[0] })

  const named = params.optional('client_id')
  if (named !== undefined && named !== candidate.clientId)
    throw new OAuthError('invalid_request', 'client_id differs from the authenticated client')
  if (isConfidential(candidate)) proven.set(request, candidate.clientId)
  return candidate as Client
}

function presentedBy(request: Request, params: Params, context: Context) {
  const presented = METHODS.flatMap((method) => {
    const credentials = method.read(request, params)
    return credentials === undefined ? [] : [{ method, credentials }]
  })
  const [first, second] = asRegistered(presented, context)
  if (first === undefined)
    throw new OAuthError('invalid_client', 'client authentication is missing')
  // RFC 6749 §2.3: not more than one method in a request.
  if (second !== undefined)
    throw new OAuthError('invalid_request', 'more than one client authentication method was used')
  return first
}

interface Presented {
  readonly method: AuthMethod
  readonly credentials: Credentials
}

/** A client_id may come alone because a certificate proves it, or because nothing does. */
function asRegistered(presented: readonly Presented[], { tenant }: Context): readonly Presented[] {
  if (!presented.every(({ method }) => method.isClientIdAlone)) return presented
  const registered = presented.find(({ method, credentials: { clientIds } }) =>
    clientIds.some((clientId) => tenant.applications.get(clientId)?.authMethod === method.name),
  )
  return registered === undefined ? presented.slice(0, 1) : [registered]
}

/** The one that is registered, or either way of sending a secret. */
const mayUse = ({ authMethod }: Application, { name }: AuthMethod): boolean =>
  authMethod === 'client_secret'
    ? name === 'client_secret_basic' || name === 'client_secret_post'
    : authMethod === name

const refused = (method: AuthMethod, evidence: Record<string, unknown>): OAuthError =>
  new OAuthError(
    'invalid_client',
    'client authentication failed',
    { ...evidence, method: method.name },
    method.name === 'client_secret_basic' ? 'Basic' : undefined,
  )
