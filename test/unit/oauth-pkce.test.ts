import { expect, test } from 'vitest'
import { digest } from '../../src/base/digest.ts'
import { provesPkce } from '../../src/oauth/pkce.ts'
import { CHALLENGE, VERIFIER } from '../support/provider.ts'

const SHORT = 'a'.repeat(42)

test.for([
  { when: 'they belong together', verifier: VERIFIER, challenge: CHALLENGE, proves: true },
  { when: 'neither is there', verifier: undefined, challenge: undefined, proves: true },
  { when: 'the verifier differs', verifier: 'w'.repeat(43), challenge: CHALLENGE, proves: false },
  { when: 'the verifier is missing', verifier: undefined, challenge: CHALLENGE, proves: false },
  { when: 'no challenge was sent', verifier: VERIFIER, challenge: undefined, proves: false },
  { when: 'plain is tried', verifier: CHALLENGE, challenge: CHALLENGE, proves: false },
  { when: 'the verifier is too short', verifier: SHORT, challenge: digest(SHORT), proves: false },
])('RFC 7636 §4.6: $proves when $when', ({ verifier, challenge, proves }) => {
  expect(provesPkce(verifier, challenge)).toBe(proves)
})
