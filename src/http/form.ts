import type { IncomingMessage } from 'node:http'
import { HttpRefusal } from './errors.ts'
import { formOfJson } from './json-form.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const MAX_BYTES = 64 * 1024

/** Reads a form once, within its limit. A POST without a body is an empty form. */
export async function readForm(request: IncomingMessage, takesJson: boolean): Promise<string> {
  const { 'content-type': type, 'content-length': length } = request.headers
  if (length === '0' || (length === undefined && !request.headers['transfer-encoding'])) return ''
  const essence = type?.split(';', 1)[0]?.trim().toLowerCase()
  if (essence === JSON_TYPE && takesJson) return formOfJson(await readText(request))
  if (essence !== FORM) throw new HttpRefusal(415, `the body must be ${FORM}`)
  return readText(request)
}

async function readText(request: IncomingMessage): Promise<string> {
  const { 'content-length': length } = request.headers
  if (Number(length) > MAX_BYTES) throw tooLarge()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let size = 0
  const cutShort = (): void => {
    if (!request.complete) reject(new HttpRefusal(400, 'the body ended early'))
  }
  // By its events: iterating over a request takes as long as all that is done with a small one.
  request
    .on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BYTES) chunks.push(chunk)
      else {
        request.pause()
        reject(tooLarge())
      }
    })
    .on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    .on('error', cutShort)
    .on('close', cutShort)
  return promise
}

/** The rest of the body stays unread, so the connection cannot be used again. */
const tooLarge = (): HttpRefusal =>
  new HttpRefusal(413, 'the body is larger than 64 KiB', { connection: 'close' })
