import { createCipheriv, createDecipheriv } from 'node:crypto'
import { digest } from './digest.ts'
import type { Random } from './random.ts'

/** A 32-byte key that seals what must be read back (AES-256-GCM), with a name that reveals nothing of it. */
export interface SealingKey {
  readonly id: string
  readonly bytes: Buffer
  /** Those it took over from: they open what they sealed, and seal nothing any more. */
  readonly older?: readonly SealingKey[]
}

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `undefined` unless the text is 32 bytes in base64 or base64url. */
export function sealingKey(text: string): SealingKey | undefined {
  const bytes = Buffer.from(text.trim(), 'base64')
  if (bytes.length !== 32) return undefined
  return { id: digest(`tokenidp sealing key ${bytes.toString('hex')}`).slice(0, 12), bytes }
}

/** `v1.<key id>.<nonce>.<ciphertext and tag>`, readable only with the same key and the same context. */
export function seal(plain: string, key: SealingKey, context: string, random: Random): string {
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${key.id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`
}

/** No digest begins like this: a dot is not in its alphabet. */
export const isSealed = (text: string): boolean => text.startsWith('v1.')

/** The id of the key that a sealed value needs. */
export const sealedUnder = (sealed: string): string => sealed.split('.')[1] ?? ''

/** Whether this key, or one that it took over from, is the one that a sealed value needs. */
export const isOpenedBy = (sealed: string, key: SealingKey): boolean =>
  openerOf(sealed, key) !== undefined

const openerOf = (sealed: string, key: SealingKey): SealingKey | undefined =>
  [key, ...(key.older ?? [])].find(({ id }) => id === sealedUnder(sealed))

/** `undefined` when the value was sealed under another key or context, or was altered. */
export function unseal(sealed: string, key: SealingKey, context: string): string | undefined {
  const opener = openerOf(sealed, key)
  const [version, , nonce = '', body = ''] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64url')
  if (opener === undefined || version !== 'v1' || bytes.length < TAG_BYTES) return undefined
  const decipher = createDecipheriv(ALGORITHM, opener.bytes, Buffer.from(nonce, 'base64url'))
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return (
      decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    )
  } catch {
    return undefined
  }
}
