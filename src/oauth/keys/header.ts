import type { SigningAlgorithm } from '../../model/key.ts'

/** What a JWT of ours is for, as its `typ` says (RFC 8725 §3.11). */
export type JwtType = 'at+jwt' | 'logout+jwt' | 'JWT'

/** The first part of a JWS, encoded once per key. */
export type EncodedHeaders = Readonly<Record<JwtType, string>>

export const encodedHeaders = (alg: SigningAlgorithm, kid: string): EncodedHeaders => {
  const encode = (typ: JwtType): string =>
    Buffer.from(JSON.stringify({ alg, typ, kid })).toString('base64url')
  return { 'at+jwt': encode('at+jwt'), 'logout+jwt': encode('logout+jwt'), JWT: encode('JWT') }
}
