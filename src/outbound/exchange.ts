import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { OutboundError, type OutboundRequest, type OutboundResponse } from '../base/outbound.ts'
import type { Address } from './addresses.ts'
import type { Destination } from './destination.ts'

const MAX_HEADER_BYTES = 16 * 1024

export interface Exchange {
  readonly request: OutboundRequest
  readonly destination: Destination
  readonly addresses: readonly Address[]
  /** Certificates of authorities in PEM; absent for those of the system. */
  readonly ca: readonly string[] | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** One request on a connection of its own, to one of these addresses. */
export async function exchange(wanted: Exchange): Promise<OutboundResponse> {
  const response = await headOf(wanted)
  const body = await bodyOf(response, wanted.maxBytes)
  return { status: response.statusCode ?? 0, headers: headersOf(response), body }
}

function headOf(wanted: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = open(wanted)
    sent.once('response', resolve)
    sent.once('error', reject)
    sent.end(wanted.request.body)
  })
}

function open({ request, destination, addresses, ca, signal }: Exchange): ClientRequest {
  const { url, host } = destination
  const body = request.body === undefined ? undefined : Buffer.byteLength(request.body)
  const options = {
    method: request.method,
    host,
    port: url.port === '' ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: {
      'user-agent': 'tokenidp',
      ...request.headers,
      host: url.host,
      ...(body === undefined ? {} : { 'content-length': body }),
    },
    agent: false,
    lookup: pinnedTo(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  } as const
  if (url.protocol === 'http:') return plainRequest(options)
  return tlsRequest({ ...options, ...(ca && { ca: [...ca] }), minVersion: 'TLSv1.2' })
}

const pinnedTo =
  (addresses: readonly Address[]): LookupFunction =>
  (_host, { all }, callback) => {
    const [first] = addresses
    if (all || first === undefined) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > maxBytes) {
      response.destroy()
      throw new OutboundError('too_large', `the answer is larger than ${maxBytes} bytes`)
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
