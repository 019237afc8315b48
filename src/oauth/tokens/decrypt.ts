import { compactDecrypt } from 'jose'
import { CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS } from '../../model/encryption.ts'
import type { Context } from '../context.ts'
import { jwsHeader } from './jws.ts'

/** RFC 7516 §9: a JWS has three parts. */
export const isEncrypted = (token: string): boolean => token.split('.', 6).length === 5

/** What is inside a JWE that was encrypted for this tenant; `undefined` for any other, whatever the cause. */
export async function opened(
  jwe: string,
  { keys }: Pick<Context, 'keys'>,
): Promise<string | undefined> {
  const { alg, kid } = jwsHeader(jwe) ?? {}
  const algorithm = KEY_ENCRYPTIONS.find((known) => known === alg)
  if (algorithm === undefined || (kid !== undefined && typeof kid !== 'string')) return undefined
  const allowed = {
    keyManagementAlgorithms: [algorithm],
    contentEncryptionAlgorithms: [...CONTENT_ENCRYPTIONS],
  }
  for (const key of keys.openers(algorithm, kid)) {
    try {
      const { plaintext } = await compactDecrypt(jwe, key, allowed)
      return Buffer.from(plaintext).toString('utf8')
    } catch {
      // Why it does not open would help only those who try.
    }
  }
  return undefined
}
