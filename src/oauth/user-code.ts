import { hmac } from '../base/digest.ts'
import type { Random } from '../base/random.ts'

/** RFC 8628 §6.1: no vowels, so that no code is a word, and nothing that looks like a digit. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 8
/** Above it some letters would be likelier than others. */
const EVEN = 256 - (256 % LETTERS.length)

/** What a person types on another device: `XXXXXXXX`. */
export function newUserCode(random: Random): string {
  let code = ''
  while (code.length < LENGTH)
    for (const byte of random.bytes(LENGTH - code.length))
      if (byte < EVEN) code += LETTERS.charAt(byte % LETTERS.length)
  return code
}

/** `XXXX-XXXX` */
export const shownUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

/** The code in what somebody typed, in whatever case and with whatever between the letters. */
export function typedUserCode(text: string | undefined): string | undefined {
  const code = (text ?? '').replaceAll(/[\s\p{Pd}._]/gu, '').toUpperCase()
  const isCode = code.length === LENGTH && [...code].every((letter) => LETTERS.includes(letter))
  return isCode ? code : undefined
}

/** What the store keeps: a bare digest of so few letters could be turned back. */
export const keptUserCode = (code: string, { pepper }: { readonly pepper: string }): string =>
  hmac(pepper, `user code ${code}`)

/** As any server may have kept it: while the master key changes, they do not all have the same one. */
export const keptUserCodes = (
  code: string,
  { pepper, olderPeppers }: { readonly pepper: string; readonly olderPeppers: readonly string[] },
): readonly string[] =>
  [pepper, ...olderPeppers].map((each) => keptUserCode(code, { pepper: each }))
