import type { X509Certificate } from 'node:crypto'

/** An HTTP request as the protocol sees it: no framework, the body read once and within its limit. */
export interface Request {
  readonly method: 'GET' | 'POST'
  /** Path below the issuer, for instance `/token`. */
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  /** The form of a POST, as sent; empty for a GET. */
  readonly form: string
  /** Of the client, as far as the socket and trusted proxies tell. */
  readonly clientAddress: string
  /** Whose key the client proved to hold; nowhere but where certificates are asked for. */
  readonly clientCertificate?: X509Certificate | undefined
  readonly cookies: Readonly<Record<string, string | undefined>>
  /** By lower-case name. */
  header(name: string): string | undefined
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
}

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' }

export const json = (value: unknown, status = 200, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...NO_STORE, ...headers },
  body: JSON.stringify(value),
})

/** A JWT in place of JSON, under a media type of its own. */
export const jwtReply = (jwt: string, type: string): Reply => ({
  status: 200,
  headers: { 'content-type': type, ...NO_STORE },
  body: jwt,
})

/** 303, so that a POST is not repeated at the target (RFC 9110 §15.4.4). */
export const seeOther = (location: string, headers: Reply['headers'] = {}): Reply => ({
  status: 303,
  headers: { location, ...NO_STORE, ...headers },
  body: '',
})
