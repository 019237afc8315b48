/**
 * The least that a token endpoint can do: `node floor.ts <port> <format> <file>`. It reads the form, checks the
 * client, mints, stores a row that a power cut does not take, and answers. What is slower than this is ours.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { argv } from 'node:process'
import { promisify } from 'node:util'
import BetterSqlite from 'better-sqlite3'
import { API, CLIENT_SECRET } from '../setting.ts'

const [, , port = '0', format = 'opaque', file = ':memory:'] = argv
const signed = promisify(sign)
const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest()
const verifier = digest(CLIENT_SECRET)
const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

const database = new BetterSqlite(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('create table token (key blob primary key, record text not null) without rowid')
const insert = database.prepare('insert into token values (?, ?)')

/** The rows of one turn of the event loop, in one transaction. */
let waiting: { key: Buffer; record: string; stored: () => void }[] = []
const store = (key: Buffer, record: string): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (waiting.length === 0) setImmediate(commit)
  waiting.push({ key, record, stored: resolve })
  return promise
}
const commitAll = database.transaction((rows: typeof waiting) => {
  for (const { key, record } of rows) insert.run(key, record)
})
function commit(): void {
  const rows = waiting
  waiting = []
  commitAll(rows)
  for (const { stored } of rows) stored()
}

const ES256 = format === 'es256'
const { privateKey } = ES256
  ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  : generateKeyPairSync('rsa', { modulusLength: 2048 })
const header = base64url({ alg: ES256 ? 'ES256' : 'RS256', typ: 'at+jwt', kid: 'floor' })

async function jwt(id: string, now: number): Promise<string> {
  const claims = { iss: `http://127.0.0.1:${port}`, sub: 'svc', client_id: 'svc', aud: API }
  const input = `${header}.${base64url({ ...claims, scope: 'read', iat: now, exp: now + 900, jti: id })}`
  const made = ES256
    ? concatenated(sign('sha256', Buffer.from(input), privateKey))
    : await signed('sha256', Buffer.from(input), privateKey)
  return `${input}.${made.toString('base64url')}`
}

/** Of a DER sequence of two integers, as JWS wants them. */
function concatenated(der: Buffer): Buffer {
  const second = 4 + (der[3] ?? 0)
  const halves = [der.subarray(4, second), der.subarray(second + 2)]
  return Buffer.concat(halves.map((half) => Buffer.concat([Buffer.alloc(32), half]).subarray(-32)))
}

async function answerTo(form: URLSearchParams): Promise<string | undefined> {
  const isClient =
    form.get('client_id') === 'svc' &&
    timingSafeEqual(digest(form.get('client_secret') ?? ''), verifier)
  if (!isClient || form.get('grant_type') !== 'client_credentials') return undefined
  const nowMs = Date.now()
  const now = Math.floor(nowMs / 1000)
  const time = Buffer.alloc(6)
  time.writeUIntBE(nowMs, 0, 6)
  const id = Buffer.concat([time, randomBytes(32)]).toString('base64url')
  const record = JSON.stringify({
    client: 'svc',
    scope: 'read',
    aud: API,
    iat: now,
    exp: now + 900,
  })
  const [token] = await Promise.all([
    format === 'opaque' ? id : jwt(id, now),
    store(Buffer.concat([time, digest(id)]), record),
  ])
  return JSON.stringify({
    access_token: token,
    token_type: 'Bearer',
    expires_in: 900,
    scope: 'read',
  })
}

createServer((request, response) => {
  if (request.method === 'GET') {
    response.end('ready')
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    const body = await answerTo(new URLSearchParams(Buffer.concat(chunks).toString()))
    response
      .writeHead(body === undefined ? 401 : 200, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'content-length': Buffer.byteLength(body ?? ''),
      })
      .end(body)
  })
}).listen(Number(port), '127.0.0.1')
