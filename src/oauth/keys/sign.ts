import { constants, KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import type { JsonObject } from '../../base/json.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import type { JwtType } from './header.ts'
import type { SigningKey } from './ring.ts'
import type { Signer } from './vault.ts'

interface Signature {
  readonly hash: string | null
  readonly options?: Omit<SignKeyObjectInput, 'key'>
  /** From what OpenSSL makes to what a JWS wants. */
  readonly encode?: (signature: Buffer) => Buffer
}

/**
 * RFC 7518 §3.1, RFC 8037 §3.1. Node takes a key by itself in half the time that it takes one among options,
 * and what it does for `dsaEncoding: 'ieee-p1363'` takes as long as the signature.
 */
const SIGNATURES: Readonly<Record<SigningAlgorithm, Signature>> = {
  ES256: { hash: 'sha256', encode: concatenated },
  RS256: { hash: 'sha256' },
  PS256: {
    hash: 'sha256',
    options: {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    },
  },
  EdDSA: { hash: null },
}

/** A compact JWS (RFC 7515 §7.1). The callback form signs on libuv's threads, beside the event loop. */
export function signJwt(key: SigningKey, typ: JwtType, claims: JsonObject): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const input = `${key.headers[typ]}.${payload}`
  const { signsBy } = key
  if (!(signsBy instanceof KeyObject)) return signElsewhere(signsBy, input)
  const { hash, options, encode } = SIGNATURES[key.algorithm]
  const by = options === undefined ? signsBy : { key: signsBy, ...options }
  return new Promise((resolve, reject) => {
    sign(hash, Buffer.from(input), by, (error, made) => {
      const signature = error === null && encode !== undefined ? encode(made) : made
      if (error === null) resolve(`${input}.${signature.toString('base64url')}`)
      else reject(error)
    })
  })
}

async function signElsewhere(signer: Signer, input: string): Promise<string> {
  const signature = await signer.sign(Buffer.from(input))
  return `${input}.${signature.toString('base64url')}`
}

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
