import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mintToken, rowKey } from '../../src/base/id.ts'
import { canonicalJson, isJsonObject, type Json } from '../../src/base/json.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { formDecode, Params } from '../../src/oauth/params.ts'

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed)
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const)
  return Object.fromEntries(members.reverse())
}

describe('canonicalJson, whatever the value', () => {
  const anyJson = fc.jsonValue() as fc.Arbitrary<Json>

  test('the order of members makes no difference', () => {
    fc.assert(
      fc.property(anyJson, (value) => canonicalJson(reversed(value)) === canonicalJson(value)),
    )
  })

  test('reads back as the same value, so that two values never share a text', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(plain)
      }),
    )
  })
})

describe('rowKey, whatever the token', () => {
  const anyTime = fc.integer({ min: 0, max: 2 ** 48 - 1 })
  const anySecret = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const anyToken = fc
    .tuple(anyTime, anySecret)
    .map(([at, secret]) => mintToken(at, { bytes: () => Buffer.from(secret) }).token)

  test('takes all that mintToken makes and begins with its time', () => {
    fc.assert(
      fc.property(anyTime, anySecret, (at, secret) => {
        const { token, key } = mintToken(at, { bytes: () => Buffer.from(secret) })
        expect(rowKey(token)).toEqual(key)
        expect(key).toHaveLength(38)
        expect(key.readUIntBE(0, 6)).toBe(at)
      }),
    )
  })

  test('a token with one character changed is another row, or none', () => {
    const anyCharacter = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 })
    fc.assert(
      fc.property(anyToken, fc.nat(50), anyCharacter, (token, at, character) => {
        fc.pre(token[at] !== character)
        const other = token.slice(0, at) + character + token.slice(at + 1)
        expect(rowKey(other)).not.toEqual(rowKey(token))
      }),
    )
  })

  test('takes nothing else', () => {
    const base64url = fc.stringMatching(/^[\w-]{51}$/)
    const anyText = fc.oneof(fc.string(), fc.string({ minLength: 51, maxLength: 51 }), base64url)
    fc.assert(
      fc.property(anyText, (text) => {
        const isOurs = /^[A-Za-z0-9_-]{50}[AEIMQUYcgkosw048]$/.test(text)
        expect(rowKey(text) !== undefined).toBe(isOurs)
      }),
    )
  })
})

describe('Params, whatever the text', () => {
  const anyPiece = fc.constantFrom(
    '&',
    '=',
    '%',
    '+',
    '%00',
    '%c3',
    '%A4',
    'resource',
    'a',
    '\uFFFD',
  )
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(anyPiece, { maxLength: 250 }).map((pieces) => pieces.join('')),
  )

  test('is refused as invalid_request or read, and never fails otherwise', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          Params.parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError)
          expect(error).toMatchObject({ code: 'invalid_request' })
        }
      }),
    )
  })

  test('what a form was made of is what is read', () => {
    const anyValue = fc.string({ unit: 'grapheme', minLength: 1 })
    const isAllowed = (value: string): boolean => !/[\0\uFFFD]/.test(value)
    const anyForm = fc.dictionary(anyValue.filter(isAllowed), anyValue.filter(isAllowed))
    fc.assert(
      fc.property(anyForm, (form) => {
        const params = Params.parse(new URLSearchParams(form).toString())
        for (const [name, value] of Object.entries(form)) expect(params.optional(name)).toBe(value)
      }),
    )
  })

  test('formDecode undoes what a form does to text, and throws for none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = new URLSearchParams({ a: text }).toString().slice('a='.length)
        expect(formDecode(encoded)).toBe(text)
      }),
    )
  })
})
