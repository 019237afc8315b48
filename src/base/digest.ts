import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'

export const sha256 = (value: string | Buffer): Buffer => hash('sha256', value, 'buffer')

/** What we keep of a high-entropy secret we handed out: enough to recognise it, not to repeat it. */
export const digest = (secret: string): string => hash('sha256', secret, 'base64url')

export const hmac = (key: string | Buffer, value: string): string =>
  createHmac('sha256', typeof key === 'string' ? key : createSecretKey(key))
    .update(value)
    .digest('base64url')

/**
 * A key of 32 bytes for one use in one tenant, out of a secret with at least that much randomness: the one-step
 * derivation with SHA-256 of NIST SP 800-56C §4.1. HKDF would first gather what such a secret has already.
 */
export const derivedKey = (secret: string, use: string, tenantUid: string): Buffer =>
  sha256(`\0\0\0\x01${secret}\0${use}\0${tenantUid}`)

/** Compares without telling by its time where the two differ; it does tell whether they are of one length. */
export function equalSecrets(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
