import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto'
import type { Jwk } from '../../model/jwk.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 8705 §6.5: who gets past the proxy with this header of its own is whoever it likes. */
export const certificateHeader: Rule = {
  code: 'TIDP2078',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Project')) {
      const { clientCertificateHeader: name } = item.document.spec ?? {}
      if (name === undefined) continue
      yield {
        item,
        path: ['spec', 'clientCertificateHeader'],
        message: `whatever a trusted proxy passes on in ${name} counts as a proven certificate`,
        hint: 'have the proxy set it in every request; or let serve ask for certificates itself: mtls.listen',
      }
    }
  },
}

/** The listener has the certificate of `tls`, or that of flags, of which nothing is known here. */
export const listenerWithoutTls: Rule = {
  code: 'TIDP2079',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Project')) {
      const { mtls, tls } = item.document.spec ?? {}
      if (mtls === undefined || tls !== undefined) continue
      yield {
        item,
        path: ['spec', 'mtls'],
        message: 'certificates are asked for over TLS, and the project has no tls',
        hint: 'add tls with cert and key, or start serve with --tls-cert and --tls-key',
      }
    }
  },
}

/** RFC 7517 §4.7. It is compared as a whole, so one that is not of this key never proves anything. */
export const certificateOfKey: Rule = {
  code: 'TIDP3053',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application'))
      for (const [index, key] of (item.document.spec.jwks?.keys ?? []).entries())
        if (key.x5c !== undefined && !beginsWithItsCertificate(key))
          yield {
            item,
            path: ['spec', 'jwks', 'keys', index, 'x5c'],
            message: 'x5c does not begin with a certificate of this key',
            hint: 'write its DER in base64: the lines of its PEM between BEGIN and END, in one',
          }
  },
}

function beginsWithItsCertificate({ x5c, ...key }: Jwk): boolean {
  const [text] = Array.isArray(x5c) ? x5c : []
  if (typeof text !== 'string') return false
  try {
    const certificate = new X509Certificate(Buffer.from(text, 'base64'))
    const isExact = certificate.raw.toString('base64') === text
    const publicKey = createPublicKey({ key: { ...key } as JsonWebKey, format: 'jwk' })
    return isExact && publicKey.equals(certificate.publicKey)
  } catch {
    return false
  }
}
