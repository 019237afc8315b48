import type { KeyObject } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { Application } from '../../model/application.ts'
import type { Encryption } from '../../model/encryption.ts'
import type { Jwk } from '../../model/jwk.ts'
import { keyObject } from '../client-jwt.ts'
import { clientKeys } from '../client-keys.ts'
import type { Context } from '../context.ts'
import { OAuthError } from '../errors.ts'

const LEAST_BITS = 2048
const CURVES: readonly unknown[] = ['P-256', 'P-384', 'P-521', 'X25519']

/** The JWT inside a JWE that only the application can open (RFC 7519 §5.2); the JWT itself without `encrypted`. */
export async function encryptedFor(
  jwt: string,
  application: Application,
  { encrypted }: { readonly encrypted: Encryption | undefined },
  context: Context,
): Promise<string> {
  if (encrypted === undefined) return jwt
  const keys = await clientKeys(application, {}, context)
  const jwk = keys.find((key) => fits(key, encrypted))
  const key = jwk && keyObject(jwk)
  // Without encryption it would be for everybody on the way.
  if (jwk === undefined || key === undefined || isShort(key))
    throw new OAuthError('temporarily_unavailable', 'the client has no key to encrypt for', {
      application: application.name,
      alg: encrypted.alg,
    })
  const kid = typeof jwk.kid === 'string' ? { kid: jwk.kid } : {}
  return new CompactEncrypt(Buffer.from(jwt))
    .setProtectedHeader({ ...encrypted, cty: 'JWT', ...kid })
    .encrypt(key)
}

/** RFC 7518 §4.3 */
const isShort = ({ asymmetricKeyDetails }: KeyObject): boolean =>
  (asymmetricKeyDetails?.modulusLength ?? LEAST_BITS) < LEAST_BITS

const fits = (key: Jwk, { alg }: Encryption): boolean =>
  (key.use === undefined || key.use === 'enc') &&
  (key.alg === undefined || key.alg === alg) &&
  (alg === 'RSA-OAEP-256'
    ? key.kty === 'RSA'
    : (key.kty === 'EC' || key.kty === 'OKP') && CURVES.includes(key.crv))
