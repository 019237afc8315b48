import type { SigningAlgorithm } from '../../model/key.ts'

/** What a JWT of ours is for, as its `typ` says (RFC 8725 §3.11). */
const TYPES = ['at+jwt', 'JWT', 'ciba-notice+jwt', 'logout+jwt', 'token-introspection+jwt'] as const
export type JwtType = (typeof TYPES)[number]

/** The first part of a JWS, encoded once per key. */
export type EncodedHeaders = Readonly<Record<JwtType, string>>

export const encodedHeaders = (alg: SigningAlgorithm, kid: string): EncodedHeaders =>
  Object.fromEntries(
    TYPES.map((typ) => [typ, Buffer.from(JSON.stringify({ alg, typ, kid })).toString('base64url')]),
  ) as EncodedHeaders
