/** Client authentication (RFC 6749 §2.3): one file per method. Owns the only way to a `Client`; knows no grant. */
import { digest, equalSecrets } from '../../base/digest.ts'
import type { EpochSeconds } from '../../base/time.ts'
import {
  type Application,
  type ClientAuthMethod,
  isConfidential,
  type SecretVerifier,
} from '../../model/application.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import type { Request } from '../exchange.ts'
import type { Params } from '../params.ts'
import { clientSecretBasic } from './basic.ts'
import type { AuthMethod, Credentials } from './method.ts'
import { none } from './none.ts'
import { clientSecretPost } from './post.ts'

declare const authenticated: unique symbol

/** An application that proved to be the caller. Only `authenticateClient` makes one. */
export interface Client extends Application {
  readonly [authenticated]: true
}

const METHODS: readonly AuthMethod[] = [clientSecretBasic, clientSecretPost, none]

export const clientAuthMethods: readonly ClientAuthMethod[] = METHODS.map(({ name }) => name)

/** Stands in for a client that does not exist, so that its refusal takes the same way. */
const NOBODY: readonly SecretVerifier[] = [
  { id: 'nobody', digest: digest('nobody'), expiresAt: undefined },
]

const proven = new WeakSet<Request>()

/** Whether a client with credentials of its own stood behind this request. */
export const isProven = (request: Request): boolean => proven.has(request)

export async function authenticateClient(
  request: Request,
  params: Params,
  { tenant, now }: Context,
): Promise<Client> {
  const { method, credentials } = presentedBy(request, params)
  const application = credentials.clientIds
    .map((clientId) => tenant.applications.get(clientId))
    .find((found) => found !== undefined)

  const verifiers = liveSecrets(application?.secrets ?? [], now)
  const isProven = provesSecret(credentials.secrets, verifiers) || method.name === 'none'
  if (!isActive(application) || !mayUse(application, method) || !isProven)
    throw refused(method, { clientId: credentials.clientIds[0] })

  const named = params.optional('client_id')
  if (named !== undefined && named !== application.clientId)
    throw new OAuthError('invalid_request', 'client_id differs from the authenticated client')
  if (isConfidential(application)) proven.add(request)
  return application as Client
}

function presentedBy(request: Request, params: Params) {
  const presented = METHODS.flatMap((method) => {
    const credentials = method.read(request, params)
    return credentials === undefined ? [] : [{ method, credentials }]
  })
  const [first, second] = presented
  if (params.optional('client_assertion') !== undefined)
    throw new OAuthError('invalid_client', 'client assertions are not supported')
  if (first === undefined)
    throw new OAuthError('invalid_client', 'client authentication is missing')
  // RFC 6749 §2.3: not more than one method in a request.
  if (second !== undefined)
    throw new OAuthError('invalid_request', 'more than one client authentication method was used')
  return first
}

const liveSecrets = (secrets: readonly SecretVerifier[], now: EpochSeconds) => {
  const live = secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
  return live.length > 0 ? live : NOBODY
}

/** The one that is registered, or either way of sending a secret. */
const mayUse = ({ authMethod }: Application, { name }: AuthMethod): boolean =>
  authMethod === 'client_secret' ? name !== 'none' : authMethod === name

/** Looks at every pair, so that its time does not tell which one matched. */
function provesSecret(secrets: Credentials['secrets'], verifiers: readonly SecretVerifier[]) {
  const digests = secrets.map(digest)
  const matches = verifiers.flatMap((verifier) =>
    digests.map((presented) => verifier !== NOBODY[0] && equalSecrets(presented, verifier.digest)),
  )
  return matches.includes(true)
}

const refused = (method: AuthMethod, evidence: Record<string, unknown>): OAuthError =>
  new OAuthError(
    'invalid_client',
    'client authentication failed',
    { ...evidence, method: method.name },
    method.name === 'client_secret_basic' ? 'Basic' : undefined,
  )
