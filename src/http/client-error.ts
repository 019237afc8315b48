import { type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../base/log.ts'
import { type Random, randomToken } from '../base/random.ts'
import { errorUri } from '../oauth/errors.ts'
import { securityHeaders } from './security-headers.ts'

export interface ClientErrors {
  readonly random: Random
  readonly log: Log
  readonly publicUrl: () => string
}

/** What node could not read as HTTP never reaches an endpoint; it is answered like everything else. */
export function answerClientErrors(server: Server, { random, log, publicUrl }: ClientErrors): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    const reference = randomToken(random, 9)
    const { status, message } = refusalOf(error.code)
    const code = 'invalid_request'
    log.info(message, { reference, code, cause: error.code })
    const uri = errorUri(publicUrl(), code)
    socket.end(responseText(status, { error: code, error_description: message, error_uri: uri }))
    return undefined
  })
}

function refusalOf(code: string | undefined): { status: number; message: string } {
  if (code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, message: 'the headers are larger than 16 KiB' }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, message: 'the request took too long to arrive' }
  return { status: 400, message: 'the request is not valid HTTP' }
}

function responseText(status: number, value: Readonly<Record<string, string>>): string {
  const body = JSON.stringify(value)
  const headers = {
    ...securityHeaders(false),
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n')
}
