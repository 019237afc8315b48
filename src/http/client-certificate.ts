import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { plainAddress } from './client-address.ts'
import type { Proxies } from './proxies.ts'

/** The certificate whose key the client proved to hold, as this listener can know it. */
export type CertificateOf = (incoming: IncomingMessage) => X509Certificate | undefined

/** A listener that asks nobody. */
export const noCertificate: CertificateOf = () => undefined

/** A listener that asks: the handshake has verified that the client holds the key. */
export const ofHandshake: CertificateOf = ({ socket }) =>
  socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined

/** Behind a proxy that asks and tells us; anybody else could name any certificate. */
export const ofHeader =
  (name: string, proxies: Proxies): CertificateOf =>
  ({ socket, headers }) => {
    const peer = plainAddress(socket.remoteAddress ?? '')
    if (peer === undefined || !proxies.trusts(peer)) return undefined
    const text = headers[name.toLowerCase()]
    return typeof text === 'string' ? inPem(text) : undefined
  }

const ONE = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/

/** URL-encoded, as nginx writes `$ssl_client_escaped_cert`. Two headers in one are no certificate. */
function inPem(text: string): X509Certificate | undefined {
  try {
    const pem = decodeURIComponent(text)
    return ONE.test(pem) ? new X509Certificate(pem) : undefined
  } catch {
    return undefined
  }
}
