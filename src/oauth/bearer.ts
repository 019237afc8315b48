import { OAuthError } from './errors.ts'
import type { Reply, Request } from './exchange.ts'
import { Params } from './params.ts'

/** RFC 6750 §2.1. */
const HEADER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i

export const isBearerToken = (text: string): boolean => HEADER.test(`Bearer ${text}`)

/** The access token of a request, in the header or in the form, never in the query (RFC 9700 §4.3.2). */
export function bearerToken(request: Request): string | undefined {
  const header = request.header('authorization')
  const inForm = Params.parse(request.form).optional('access_token')
  if (header === undefined) return inForm
  if (inForm !== undefined)
    throw new OAuthError('invalid_request', 'the token is sent in two ways', {}, 'Bearer')
  const token = HEADER.exec(header)?.[1]
  if (token === undefined)
    throw new OAuthError('invalid_request', 'authorization is not a bearer token', {}, 'Bearer')
  return token
}

/** RFC 6750 §3.1: without any credentials there is no error to name. */
export const unauthenticated: Reply = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="tokenidp"', 'cache-control': 'no-store' },
  body: '',
}

export const invalidToken = (): OAuthError =>
  new OAuthError('invalid_token', 'the access token is not valid', {}, 'Bearer')
