import type { Reply, Request } from '../exchange.ts'

/** A document that is the same for everybody, serialised once. */
export interface Document {
  readonly body: string
  readonly etag: string
}

/** The document, or 304 to whoever has it already (RFC 9110 §13.1.2). */
export function cacheable(request: Request, { body, etag }: Document, maxAge: number): Reply {
  const headers = { etag, 'cache-control': `public, max-age=${maxAge}` }
  if (names(request.header('if-none-match') ?? '', etag)) return { status: 304, headers, body: '' }
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body }
}

const names = (list: string, etag: string): boolean =>
  list
    .split(',')
    .map((entry) => entry.trim().replace(/^W\//, ''))
    .some((entry) => entry === etag || entry === '*')
