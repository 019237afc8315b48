import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { CONTENT_ENCRYPTIONS, KEY_ENCRYPTIONS } from '../../src/model/encryption.ts'
import type { KeyState, StoredKey } from '../../src/model/key.ts'
import { makeKey } from '../../src/oauth/keys/make.ts'
import { aTenant, masterKey, NOW } from '../support/builders.ts'
import { eachDoor } from '../support/each-door.ts'
import { basic } from '../support/provider.ts'
import { requestObject } from '../support/request-object.ts'
import { testRandom } from '../support/stores.ts'
import { answerAt, tokensFor, visitor } from '../support/visitor.ts'

const making = { tenant: aTenant(), masterKey: masterKey(), random: testRandom, now: NOW - 86_400 }
const inState = async (state: KeyState, ordinal: number): Promise<StoredKey> => ({
  ...(await makeKey('RSA-OAEP-256', 'pending', making, ordinal)),
  state,
})
const STATES = ['active', 'pending', 'retiring', 'retired', 'compromised'] as const
const KEYS = await Promise.all(STATES.map(inState))
const keyThatIs = (state: KeyState): StoredKey => {
  const key = KEYS.find((each) => each.state === state)
  if (key === undefined) throw new Error(`none is ${state}`)
  return key
}

interface Wrapping {
  readonly alg?: string
  readonly enc?: string
  readonly kid?: string
  readonly cty?: string
}

const encrypted = (text: string, key: KeyObject | Uint8Array, header: Wrapping) =>
  new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', ...header })
    .encrypt(key)

eachDoor(
  ({ door, clock }) => {
    const anObject = () =>
      requestObject(door(), { now: Math.floor(clock.milliseconds() / 1000), claims: {} })
    const asStored = ({ publicJwk, kid }: StoredKey) => ({
      key: createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }),
      kid,
    })
    async function published(): Promise<readonly JWK[]> {
      const { keys } = await (await fetch(`${door().issuer}/jwks.json`)).json()
      return keys
    }
    const sent = (request: string) => ({
      client_id: 'signs',
      request,
      redirect_uri: `${door().home}/callback`,
      state: 'beside',
    })
    const open = (request: string, someone = visitor(door())) =>
      someone.agent.open(
        `${door().issuer}/authorize?${new URLSearchParams(sent(request))}`,
        `${door().home}/callback`,
      )
    const isOpened = async (request: string): Promise<boolean> =>
      answerAt(await open(request)).error !== 'invalid_request_object'

    describe('RFC 9101 §6.1 a request that only the issuer can read', () => {
      test.for(KEY_ENCRYPTIONS)(
        'by %s is taken, with the key that is published for it',
        async (alg) => {
          const someone = visitor(door())
          const jwk = (await published()).find((key) => key.use === 'enc' && key.alg === alg)
          if (jwk === undefined) throw new Error(`no key for ${alg}`)
          const jwe = new CompactEncrypt(Buffer.from(await anObject()))
            .setProtectedHeader({ alg, enc: 'A128CBC-HS256', kid: jwk.kid ?? '', cty: 'JWT' })
            .encrypt(await importJWK(jwk))
          const page = await someone.enter(await open(await jwe, someone))
          expect(answerAt(page)).toMatchObject({ state: 's-1', iss: door().issuer })
          const { status, claims } = await tokensFor(door(), page, 'signs')
          expect(status).toBe(200)
          expect(claims).toMatchObject({ nonce: 'n-1', aud: 'signs' })
        },
      )

      test.for(CONTENT_ENCRYPTIONS)('may have its content in %s, and be pushed', async (enc) => {
        const { key, kid } = asStored(keyThatIs('active'))
        const request = await encrypted(await anObject(), key, { enc, kid })
        const reply = await fetch(`${door().issuer}/par`, {
          method: 'POST',
          headers: basic('signs'),
          body: new URLSearchParams({ client_id: 'signs', request }),
        })
        expect(reply.status).toBe(201)
      })

      test.for([
        { state: 'active', opens: true },
        { state: 'pending', opens: true },
        { state: 'retiring', opens: true },
        { state: 'retired', opens: false },
        { state: 'compromised', opens: false },
      ] as const)('for a key that is $state: $opens', async ({ state, opens }) => {
        const { key, kid } = asStored(keyThatIs(state))
        expect(await isOpened(await encrypted(await anObject(), key, { kid }))).toBe(opens)
        const nameless = await encrypted(await anObject(), key, {})
        expect(await isOpened(nameless)).toBe(opens)
      })

      test('what is not encrypted for the issuer, or not signed inside, is refused', async () => {
        const { key, kid } = asStored(keyThatIs('active'))
        const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
        const object = await anObject()
        const claims = Buffer.from(object.split('.')[1] ?? '', 'base64url').toString()
        const sealed = await encrypted(object, key, { kid })
        const [head = '', ...rest] = sealed.split('.')
        const bad = [
          await encrypted(object, stranger, { kid }),
          await encrypted(object, key, { kid: 'unknown' }),
          await encrypted(object, key, { kid, alg: 'RSA-OAEP' }),
          await encrypted(object, new Uint8Array(32), { alg: 'dir', enc: 'A256GCM' }),
          await encrypted(object, key, { kid, enc: 'A192GCM' }),
          await encrypted(claims, key, { kid }),
          await encrypted(sealed, key, { kid }),
          await encrypted('', key, { kid }),
          [head, ...rest.slice(0, 3), Buffer.alloc(16).toString('base64url')].join('.'),
          [head, '', '', '', ''].join('.'),
        ]
        for (const [index, request] of bad.entries())
          expect(answerAt(await open(request)), String(index)).toMatchObject({
            error: 'invalid_request_object',
            state: 'beside',
          })
      })
    })

    test('OpenID Connect Core §10.2.1 one key of each is published, and discovery says so', async () => {
      const keys = (await published()).filter(({ use }) => use === 'enc')
      expect(keys.map(({ alg }) => alg).sort()).toEqual([...KEY_ENCRYPTIONS].sort())
      expect(keys.map(({ kid }) => kid)).toContain(keyThatIs('active').kid)
      expect(keys.every((key) => !('d' in key))).toBe(true)
      expect((await published())[0]).toMatchObject({ use: 'sig' })
      const at = (issuer: string) => fetch(`${issuer}/.well-known/openid-configuration`)
      const metadata = await (await at(door().issuer)).json()
      expect(metadata).toMatchObject({
        request_object_encryption_alg_values_supported: KEY_ENCRYPTIONS,
        request_object_encryption_enc_values_supported: CONTENT_ENCRYPTIONS,
      })
      const other = await (await at(`${door().origin}/other`)).json()
      expect(other).not.toHaveProperty('request_object_encryption_alg_values_supported')
    })
  },
  { keys: KEYS, encryption: KEY_ENCRYPTIONS },
)
