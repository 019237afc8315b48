import { KeyObject } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { KeyState } from '../../src/model/key.ts'
import { makeKey } from '../../src/oauth/keys/make.ts'
import { keyRing } from '../../src/oauth/keys/ring.ts'
import { aTenant, masterKey, NOW } from '../support/builders.ts'
import { eachDoor } from '../support/each-door.ts'
import { testRandom } from '../support/stores.ts'
import { answerAt, tokensFor, type Visitor, visitor } from '../support/visitor.ts'

const making = { tenant: aTenant(), masterKey: masterKey(), random: testRandom, now: NOW - 86_400 }

/** A key that has signed ID tokens and was put into this state since. */
async function aKeyThatIs(state: KeyState, ordinal: number) {
  const key = await makeKey('RS256', 'active', making, ordinal)
  const { signsBy } = keyRing([key], making.tenant.uid, masterKey()).signer('RS256')
  if (!(signsBy instanceof KeyObject)) throw new Error('a signer keeps it')
  const signed = (claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid }).sign(signsBy)
  return { stored: { ...key, state }, signed }
}

const KEYS = {
  retiring: await aKeyThatIs('retiring', 1),
  retired: await aKeyThatIs('retired', 2),
  compromised: await aKeyThatIs('compromised', 3),
  unknown: await aKeyThatIs('active', 4),
}
const { unknown: _, ...known } = KEYS

eachDoor(
  ({ door, clock }) => {
    const bye = () => `${door().home}/bye`
    const isSignedIn = async (someone: Visitor) =>
      'code' in answerAt(await someone.ask({ prompt: 'none' }))

    /** Somebody at `web`, and what it was told of them long ago, under one of these keys. */
    async function told(name: keyof typeof KEYS) {
      const someone = visitor(door())
      const web = { client_id: 'web', prompt: 'consent' }
      const page = await someone.press(await someone.signIn(web), 'allow')
      const { claims } = await tokensFor(door(), page, 'web')
      const exp = Math.floor(clock.milliseconds() / 1000) - 80_000
      const hint = await KEYS[name].signed({ ...claims, iat: exp - 600, exp })
      return { someone, hint }
    }
    const logout = (someone: Visitor, hint: string) => {
      const query = { id_token_hint: hint, post_logout_redirect_uri: bye() }
      return someone.agent.open(`${door().issuer}/logout?${new URLSearchParams(query)}`, bye())
    }

    describe('OpenID Connect Core §3.1.2.1 id_token_hint of an old key', () => {
      test.for(['retiring', 'retired'] as const)('counts when it is %s', async (state) => {
        const { someone, hint } = await told(state)
        const web = { client_id: 'web', prompt: 'none', id_token_hint: hint }
        expect(answerAt(await someone.ask(web))).toHaveProperty('code')
        const stranger = visitor(door())
        await stranger.signIn({}, 'bob')
        expect(answerAt(await stranger.ask(web))).toMatchObject({ error: 'login_required' })
      })

      test.for(['compromised', 'unknown'] as const)('is refused when it is %s', async (state) => {
        const { someone, hint } = await told(state)
        const web = { client_id: 'web', prompt: 'none', id_token_hint: hint }
        expect(answerAt(await someone.ask(web))).toMatchObject({ error: 'invalid_request' })
      })
    })

    describe('OpenID Connect RP-Initiated Logout §2 with an old key', () => {
      test.for(['retiring', 'retired'] as const)('signs out when it is %s', async (state) => {
        const { someone, hint } = await told(state)
        expect((await logout(someone, hint)).url.href).toBe(bye())
        expect(await isSignedIn(someone)).toBe(false)
      })

      test.for(['compromised', 'unknown'] as const)('ends nothing when it is %s', async (state) => {
        const { someone, hint } = await told(state)
        const page = await logout(someone, hint)
        expect([page.status, page.url.pathname]).toEqual([400, '/acme/logout'])
        expect(await isSignedIn(someone)).toBe(true)
      })
    })

    test('of these only what still verifies tokens is published', async () => {
      const { keys } = await (await fetch(`${door().issuer}/jwks.json`)).json()
      const kids = keys.map(({ kid }: { kid: string }) => kid)
      expect(kids).toContain(KEYS.retiring.stored.kid)
      for (const { stored } of [KEYS.retired, KEYS.compromised, KEYS.unknown])
        expect(kids).not.toContain(stored.kid)
    })
  },
  { keys: Object.values(known).map(({ stored }) => stored) },
)
