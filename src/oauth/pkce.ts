import { digest, equalSecrets } from '../base/digest.ts'

/** RFC 7636 §4.1, §4.2. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** `plain` is not among them: it protects nothing that the request does not show (RFC 9700 §2.1.1). */
export const CHALLENGE_METHODS: readonly string[] = ['S256']

export const isChallenge = (challenge: string): boolean => S256_CHALLENGE.test(challenge)

/**
 * RFC 7636 §4.6. A verifier for a code that was asked for without a challenge is refused too: somebody
 * took the challenge out of the request (RFC 9700 §4.8.2).
 */
export function provesPkce(verifier: string | undefined, challenge: string | undefined): boolean {
  if (verifier === undefined || challenge === undefined) return verifier === challenge
  return VERIFIER.test(verifier) && equalSecrets(digest(verifier), challenge)
}
