import { constants, KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import type { JsonObject } from '../../base/json.ts'
import type { SigningAlgorithm } from '../../model/key.ts'
import type { JwtType } from './header.ts'
import type { SigningKey } from './ring.ts'
import type { Signer } from './vault.ts'

interface Signature {
  readonly hash: string | null
  readonly options: Omit<SignKeyObjectInput, 'key'>
}

/** RFC 7518 §3.1, RFC 8037 §3.1. */
const SIGNATURES: Readonly<Record<SigningAlgorithm, Signature>> = {
  // JWS wants r ‖ s, not the DER that OpenSSL makes (RFC 7518 §3.4).
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  RS256: { hash: 'sha256', options: {} },
  PS256: {
    hash: 'sha256',
    options: {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    },
  },
  EdDSA: { hash: null, options: {} },
}

/** A compact JWS (RFC 7515 §7.1). The callback form signs on libuv's threads, beside the event loop. */
export function signJwt(key: SigningKey, typ: JwtType, claims: JsonObject): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const input = `${key.headers[typ]}.${payload}`
  const { signsBy } = key
  if (!(signsBy instanceof KeyObject)) return signElsewhere(signsBy, input)
  const { hash, options } = SIGNATURES[key.algorithm]
  return new Promise((resolve, reject) => {
    sign(hash, Buffer.from(input), { key: signsBy, ...options }, (error, signature) => {
      if (error === null) resolve(`${input}.${signature.toString('base64url')}`)
      else reject(error)
    })
  })
}

async function signElsewhere(signer: Signer, input: string): Promise<string> {
  const signature = await signer.sign(Buffer.from(input))
  return `${input}.${signature.toString('base64url')}`
}
