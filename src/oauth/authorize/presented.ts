import { rowKey } from '../../base/id.ts'
import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'
import { isActive } from '../active.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'
import { Params } from '../params.ts'

/** RFC 9126 §2.2. What follows is a secret of the usual form. */
export const PUSHED = 'urn:ietf:params:oauth:request_uri:'

/** An authorization request as it is to be read, however it came. */
export interface Presented {
  readonly params: Params
  /** Of the row that it was pushed to. */
  readonly pushedKey: Buffer | undefined
  /** To be thrown once it is known where to say so. */
  readonly refusal: OAuthError | undefined
}

/**
 * Reads a request that came to the authorization endpoint. Where it was pushed, only what was pushed
 * counts (RFC 9126 §4, RFC 9101 §5). What this throws is a page.
 */
export async function presented(
  outer: Params,
  context: Pick<Context, 'tenant' | 'store' | 'now'>,
): Promise<Presented> {
  const uri = outer.optional('request_uri')
  if (uri?.startsWith(PUSHED)) return pushed(outer, uri.slice(PUSHED.length), context)
  return { params: outer, pushedKey: undefined, refusal: undefined }
}

async function pushed(
  outer: Params,
  token: string,
  { tenant, store, now }: Pick<Context, 'tenant' | 'store' | 'now'>,
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
    refusal: problem === undefined ? undefined : new OAuthError('invalid_request_uri', problem),
  }
}

/** Throws what is wrong with the way in which a request came. */
export function checkPresentation(
  { pushedKey, refusal }: Presented,
  application: Application,
  tenant: Tenant,
): void {
  if (refusal !== undefined) throw refusal
  if (pushedKey === undefined && mustPush(application, tenant))
    throw new OAuthError('invalid_request', 'the request must be pushed first')
}

const mustPush = (application: Application, tenant: Tenant): boolean =>
  application.par === 'required' || tenant.par === 'required'

/** Who asks; a refusal is a page, whatever else is in the request. */
export function applicationNamed(params: Params, { applications }: Tenant): Application {
  const application = applications.get(params.required('client_id'))
  if (!isActive(application)) throw new OAuthError('invalid_request', 'client_id is not known')
  return application
}
