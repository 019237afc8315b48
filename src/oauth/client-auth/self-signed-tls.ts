import { createPublicKey, type JsonWebKey, type X509Certificate } from 'node:crypto'
import type { Jwk } from '../../model/jwk.ts'
import { clientKeys } from '../client-keys.ts'
import type { AuthMethod } from './method.ts'
import { none } from './none.ts'

/**
 * RFC 8705 §2.2: the handshake proved whose certificate it is, and the application registered it,
 * or its key. Nobody else vouches for it; what it says of itself, dates included, means nothing.
 */
export const selfSignedTlsClientAuth: AuthMethod = {
  name: 'self_signed_tls_client_auth',
  isClientIdAlone: true,
  needsCertificate: true,
  read(request, params) {
    const { clientCertificate: certificate } = request
    const named = none.read(request, params)
    if (certificate === undefined || named === undefined) return undefined
    return {
      clientIds: named.clientIds,
      async prove(application, context) {
        if (application === undefined) return false
        const isAmong = (keys: readonly Jwk[]) => keys.some((key) => isOf(key, certificate))
        return isAmong(await clientKeys(application, { isAmong }, context))
      },
    }
  },
}

/** A key that came with its certificate stands for that one alone. */
function isOf(jwk: Jwk, certificate: X509Certificate): boolean {
  if (jwk.use === 'enc') return false
  if (jwk.x5c !== undefined) {
    const [first] = Array.isArray(jwk.x5c) ? jwk.x5c : []
    return first === certificate.raw.toString('base64')
  }
  try {
    const key = createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' })
    return key.equals(certificate.publicKey)
  } catch {
    return false
  }
}
