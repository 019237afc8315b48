import { rowKey } from '../../base/id.ts'
import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { Params } from '../params.ts'
import { signedParams } from './request-object.ts'

/** RFC 9126 §2.2. What follows is a secret of the usual form. */
export const PUSHED = 'urn:ietf:params:oauth:request_uri:'

/** An authorization request as it is to be read, however it came. */
export interface Presented {
  readonly params: Params
  /** Of the row that it was pushed to. */
  readonly pushedKey: Buffer | undefined
  /** They were in an object that the application signed. */
  readonly isSigned: boolean
  /** To be thrown once it is known where to say so. */
  readonly refusal: OAuthError | undefined
}

/**
 * Reads a request that came to the authorization endpoint. Where it was pushed, only what was pushed
 * counts, and where it was signed, only what was signed (RFC 9126 §4, RFC 9101 §5). What this throws is
 * a page.
 */
export async function presented(outer: Params, context: Context): Promise<Presented> {
  const uri = outer.optional('request_uri')
  const object = outer.optional('request')
  const plain = { params: outer, pushedKey: undefined, isSigned: false, refusal: undefined }
  if (uri !== undefined && object !== undefined) return { ...plain, refusal: bothGiven() }
  if (uri?.startsWith(PUSHED)) return pushed(outer, uri.slice(PUSHED.length), context)
  if (object === undefined) return plain
  try {
    const params = await signedParams(object, applicationNamed(outer, context.tenant), context)
    return { ...plain, params, isSigned: true }
  } catch (error) {
    // What is beside the object says at most where this may be told, if that is a registered address.
    if (error instanceof OAuthError) return { ...plain, refusal: error }
    throw error
  }
}

/** RFC 9101 §5. */
const bothGiven = (): OAuthError =>
  new OAuthError('invalid_request', 'request and request_uri come together')

async function pushed(
  outer: Params,
  token: string,
  { tenant, store, now }: Context,
): Promise<Presented> {
  const application = applicationNamed(outer, tenant)
  const key = rowKey(token)
  const request = key && (await store.pushedRequests.find(key))
  if (request?.applicationUid !== application.uid)
    throw new OAuthError('invalid_request_uri', 'request_uri is not known')
  const problem =
    request.consumedAt !== undefined
      ? 'request_uri has been used already'
      : request.expiresAt <= now
        ? 'request_uri has expired'
        : undefined
  return {
    params: Params.parse(request.params),
    pushedKey: request.key,
    isSigned: request.isSigned,
    refusal: problem === undefined ? undefined : new OAuthError('invalid_request_uri', problem),
  }
}

/** Throws what is wrong with the way in which a request came. */
export function checkPresentation(
  { pushedKey, isSigned, refusal }: Presented,
  application: Application,
  tenant: Tenant,
): void {
  if (refusal !== undefined) throw refusal
  if (pushedKey === undefined && mustPush(application, tenant))
    throw new OAuthError('invalid_request', 'the request must be pushed first')
  checkSignature(isSigned, application)
}

export function checkSignature(isSigned: boolean, { requestObject }: Application): void {
  if (requestObject.isRequired && !isSigned)
    throw new OAuthError('invalid_request', 'the request must be in a signed object')
}

const mustPush = (application: Application, tenant: Tenant): boolean =>
  application.par === 'required' || tenant.par === 'required'

/** Who asks; a refusal is a page, whatever else is in the request. */
export function applicationNamed(params: Params, { applications }: Tenant): Application {
  const application = applications.get(params.required('client_id'))
  if (!isActive(application)) throw new OAuthError('invalid_request', 'client_id is not known')
  return application
}
