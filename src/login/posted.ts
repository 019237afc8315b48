import { digest } from '../base/digest.ts'
import { randomToken } from '../base/random.ts'
import type { Context } from '../oauth/context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Reply, type Request, seeOther } from '../oauth/exchange.ts'
import { Params } from '../oauth/params.ts'
import { FLOW_LIFETIME } from './cookies.ts'

/** Not a digest, so no browser can own such a row. */
const NO_BROWSER = ''

/**
 * A POST from another site carries none of our cookies: its parameters wait here, and the GET that
 * follows comes with them. They are in no address, so in no history and no log.
 */
export async function keepPosted(
  { form, path }: Request,
  applicationUid: string,
  { store, random, now, tenant }: Context,
): Promise<Reply> {
  const id = randomToken(random)
  await store.interactions.begin({
    digest: digest(id),
    applicationUid,
    browserDigest: NO_BROWSER,
    request: { posted: form, path },
    createdAt: now,
    expiresAt: now + FLOW_LIFETIME,
    authenticatedSessionUid: undefined,
    chosenSessionUid: undefined,
    pushedKey: undefined,
    completedAt: undefined,
  })
  return seeOther(`${tenant.path}${path}?interaction=${id}`)
}

/** What was asked: by the address itself, or by the POST to this very endpoint that it stands for. */
export async function whatWasAsked({ query, path }: Request, { store, now }: Context) {
  const id = Params.read(query).optional('interaction')
  if (id === undefined) return query
  const kept = await store.interactions.find(digest(id), now)
  const { posted, path: postedTo } = kept?.browserDigest === NO_BROWSER ? kept.request : {}
  if (typeof posted !== 'string' || postedTo !== path)
    throw new OAuthError('invalid_request', 'this request has expired')
  return posted
}
