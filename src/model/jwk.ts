import type { JsonObject } from '../base/json.ts'

/** A public key in JSON (RFC 7517). */
export type Jwk = JsonObject

/** RFC 7518 §6, RFC 8037 §2: what only its owner may know. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

export const isPublicJwk = (jwk: Jwk): boolean => PRIVATE_MEMBERS.every((name) => !(name in jwk))
