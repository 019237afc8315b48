import { sha256 } from './digest.ts'
import type { Random } from './random.ts'
import type { EpochMilliseconds, EpochSeconds } from './time.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_BYTES = 6
const TOKEN_BYTES = TIME_BYTES + 32

/** A time-ordered unique id (ULID): 48 bits of milliseconds, 80 random bits, 26 characters. */
export function ulid(now: EpochMilliseconds, random: Random): string {
  return crockford(Buffer.concat([timePrefix(now), random.bytes(10)]), 26)
}

function crockford(bytes: Buffer, length: number): string {
  let value = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (let i = 0; i < length; i += 1) {
    text = CROCKFORD.charAt(Number(value & 31n)) + text
    value >>= 5n
  }
  return text
}

/** No ULID made before then is as great as this. */
export const ulidsSince = (since: EpochSeconds): string => crockford(timePrefix(since * 1000), 10)

interface Minted {
  readonly token: string
  /** Of the row that will remember it. */
  readonly key: Buffer
}

/** A bearer secret: base64url(48 bits of milliseconds ‖ 256 random bits). */
export function mintToken(now: EpochMilliseconds, random: Random): Minted {
  const bytes = Buffer.concat([timePrefix(now), random.bytes(TOKEN_BYTES - TIME_BYTES)])
  const token = bytes.toString('base64url')
  return { token, key: keyOf(bytes, token) }
}

/** The key of the row of a token; `undefined` for anything `mintToken` cannot have made. */
export function rowKey(token: string): Buffer | undefined {
  if (token.length !== 51) return undefined
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== token) return undefined
  return keyOf(bytes, token)
}

/** Time prefix ‖ SHA-256 of the token, so that rows land in time order and do not reveal it. */
const keyOf = (bytes: Buffer, token: string): Buffer =>
  Buffer.concat([bytes.subarray(0, TIME_BYTES), sha256(token)])

/** No row key of a token minted before then is as great as this. */
export const keysSince = (since: EpochSeconds): Buffer => timePrefix(since * 1000)

function timePrefix(now: EpochMilliseconds): Buffer {
  const bytes = Buffer.allocUnsafe(TIME_BYTES)
  bytes.writeUIntBE(now, 0, TIME_BYTES)
  return bytes
}
