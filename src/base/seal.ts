import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import { digest } from './digest.ts'
import type { Random } from './random.ts'

/** A 32-byte key that seals what must be read back (AES-256-GCM), with a name that reveals nothing of it. */
export interface SealingKey {
  readonly id: string
  readonly bytes: Buffer
  /** Those it took over from: they open what they sealed, and seal nothing any more. */
  readonly older?: readonly SealingKey[]
  /** What it seals says for ever that it was made for development. */
  readonly isForDevelopment?: true
}

/** Node takes a key as a KeyObject in a sixth of the time that it takes one in a Buffer. */
const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** No key, and no id of one, begins like this: a tilde is not in their alphabet. */
export const DEVELOPMENT = 'dev~'

/** `undefined` unless the text is 32 bytes in base64 or base64url, with or without the mark of development. */
export function sealingKey(text: string): SealingKey | undefined {
  const isMarked = text.trim().startsWith(DEVELOPMENT)
  const bytes = Buffer.from(text.trim().slice(isMarked ? DEVELOPMENT.length : 0), 'base64')
  if (bytes.length !== 32) return undefined
  const id = digest(`tokenidp sealing key ${bytes.toString('hex')}`).slice(0, 12)
  return isMarked ? { id, bytes, isForDevelopment: true } : { id, bytes }
}

/**
 * `v1.<key id>.<nonce>.<ciphertext and tag>`, readable only with the same key and the same context. The mark
 * of development stands before the id.
 */
export function seal(plain: string, key: SealingKey, context: string, random: Random): string {
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, createSecretKey(key.bytes), nonce).setAAD(
    Buffer.from(context),
  )
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  const id = `${key.isForDevelopment ? DEVELOPMENT : ''}${key.id}`
  return `v1.${id}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`
}

/** No digest begins like this: a dot is not in its alphabet. */
export const isSealed = (text: string): boolean => text.startsWith('v1.')

/** The id of the key that a sealed value needs. */
export function sealedUnder(sealed: string): string {
  const [, id = ''] = sealed.split('.')
  return id.startsWith(DEVELOPMENT) ? id.slice(DEVELOPMENT.length) : id
}

export const isForDevelopment = (sealed: string): boolean =>
  sealed.split('.')[1]?.startsWith(DEVELOPMENT) === true

/** The same key, for what is made for development. */
export const forDevelopment = (key: SealingKey): SealingKey => ({ ...key, isForDevelopment: true })

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
  const decipher = createDecipheriv(
    ALGORITHM,
    createSecretKey(opener.bytes),
    Buffer.from(nonce, 'base64url'),
  )
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return (
      decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    )
  } catch {
    return undefined
  }
}
