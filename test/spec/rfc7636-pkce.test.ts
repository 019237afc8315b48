import { describe, expect, test } from 'vitest'
import { eachDoor } from '../support/each-door.ts'
import { CHALLENGE, VERIFIER } from '../support/provider.ts'
import { answerAt, tokensFor, visitor } from '../support/visitor.ts'

const NONE = { code_challenge: '', code_challenge_method: '' }

eachDoor(({ door }) => {
  describe('RFC 7636 §4.4.1 a challenge that is refused', () => {
    test.for([
      { when: 'there is none', change: NONE },
      { when: 'it has no method, so plain', change: { code_challenge_method: '' } },
      { when: 'it is plain', change: { code_challenge_method: 'plain' } },
      { when: 'the method is unknown', change: { code_challenge_method: 's256' } },
      { when: 'it is too short', change: { code_challenge: 'a'.repeat(42) } },
      { when: 'it is too long', change: { code_challenge: 'a'.repeat(44) } },
      { when: 'it is not base64url', change: { code_challenge: '+'.repeat(43) } },
      { when: 'a method stands alone', change: { client_id: 'old', code_challenge: '' } },
      {
        when: 'it is plain where it is optional',
        change: { client_id: 'old', code_challenge_method: 'plain' },
      },
      {
        when: 'a public client has none',
        change: { ...NONE, client_id: 'local', redirect_uri: 'http://127.0.0.1/callback' },
      },
    ])('$when', async ({ change }) => {
      expect(answerAt(await visitor(door()).ask(change))).toMatchObject({
        error: 'invalid_request',
        state: 's-1',
        iss: door().issuer,
      })
    })
  })

  describe('RFC 7636 §4.6 a verifier', () => {
    const ways = [
      { client: 'own', when: 'is the one', verifier: VERIFIER, status: 200 },
      { client: 'own', when: 'is absent', verifier: '', status: 400 },
      { client: 'own', when: 'is another', verifier: 'w'.repeat(43), status: 400 },
      { client: 'own', when: 'is the challenge', verifier: CHALLENGE, status: 400 },
      { client: 'old', when: 'is the one where it is optional', verifier: VERIFIER, status: 200 },
      { client: 'old', when: 'is absent where it is optional', verifier: '', status: 400 },
    ]
    test.for(ways)('$when: $status', async ({ client, verifier, status }) => {
      const page = await visitor(door()).signIn({ client_id: client })
      const change = { code_verifier: verifier }
      const tokens = await tokensFor(door(), page, client, change)
      expect(tokens.status).toBe(status)
      if (status === 400) {
        expect(tokens.body.error).toBe('invalid_grant')
        // Whoever guessed wrong has burnt the code.
        expect((await tokensFor(door(), page, client)).status).toBe(400)
      }
    })

    test('RFC 9700 §2.1.1: without a challenge none is taken (downgrade)', async () => {
      const page = await visitor(door()).signIn({ client_id: 'old', ...NONE })
      expect((await tokensFor(door(), page, 'old')).body.error).toBe('invalid_grant')
      const again = await visitor(door()).signIn({ client_id: 'old', ...NONE })
      const tokens = await tokensFor(door(), again, 'old', { code_verifier: '' })
      expect(tokens.status).toBe(200)
    })
  })
})
