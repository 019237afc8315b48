import { constants, KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import type { JsonObject } from '../../base/json.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import type { JwtType } from './header.ts'
import type { SigningKey } from './ring.ts'

interface Signature {
  readonly hash: string | null
  readonly options?: Omit<SignKeyObjectInput, 'key'>
  /** From what OpenSSL makes to what a JWS wants. */
  readonly encode?: (signature: Buffer) => Buffer
  /** It takes longer to hand it to another thread and to be told than to make it. */
  readonly isQuick?: true
}

/**
 * RFC 7518 §3.1, RFC 8037 §3.1. Node takes a key by itself in half the time that it takes one among options,
 * and what it does for `dsaEncoding: 'ieee-p1363'` takes as long as the signature.
 */
const SIGNATURES: Readonly<Record<SigningAlgorithm, Signature>> = {
  ES256: { hash: 'sha256', encode: concatenated, isQuick: true },
  RS256: { hash: 'sha256' },
  PS256: {
    hash: 'sha256',
    options: {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    },
  },
  EdDSA: { hash: null, isQuick: true },
}

/** A compact JWS (RFC 7515 §7.1). RSA signs on libuv's threads, beside the event loop. */
export async function signJwt(key: SigningKey, typ: JwtType, claims: JsonObject): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const input = `${key.headers[typ]}.${payload}`
  const signature = await signatureOf(key, Buffer.from(input))
  return `${input}.${signature.toString('base64url')}`
}

function signatureOf({ signsBy, algorithm }: SigningKey, input: Buffer): Signed {
  if (!(signsBy instanceof KeyObject)) return signsBy.sign(input)
  const { hash, options, encode, isQuick } = SIGNATURES[algorithm]
  const by = options === undefined ? signsBy : { key: signsBy, ...options }
  if (isQuick) return encode === undefined ? sign(hash, input, by) : encode(sign(hash, input, by))
  return new Promise((resolve, reject) => {
    sign(hash, input, by, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}

type Signed = Buffer | Promise<Buffer>

const COORDINATE = 32

/** r ‖ s (RFC 7518 §3.4) of a DER sequence of two integers, each of which may have lost zeros or been given one. */
function concatenated(der: Buffer): Buffer {
  const both = Buffer.alloc(2 * COORDINATE)
  let at = 2
  for (const end of [COORDINATE, 2 * COORDINATE]) {
    const length = der[at + 1] ?? 0
    const value = der.subarray(at + 2, at + 2 + length).subarray(-COORDINATE)
    value.copy(both, end - value.length)
    at += 2 + length
  }
  return both
}
