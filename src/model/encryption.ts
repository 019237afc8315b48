/** How a content key reaches its reader (RFC 7518 §4). Nothing older than OAEP with SHA-256. */
export const KEY_ENCRYPTIONS = [
  'RSA-OAEP-256',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
] as const
export type KeyEncryption = (typeof KEY_ENCRYPTIONS)[number]

/** RFC 7518 §5. */
export const CONTENT_ENCRYPTIONS = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const
export type ContentEncryption = (typeof CONTENT_ENCRYPTIONS)[number]

/** Of what only the application may read, with a public key of its own. */
export interface Encryption {
  readonly alg: KeyEncryption
  readonly enc: ContentEncryption
}
