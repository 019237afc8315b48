import { isPublished } from '../../config/published.ts'

/** Of 32 bytes drawn by chance, about thirty differ. */
const FEWEST_BYTES = 12

/** Nobody drew it by chance: a word, a pattern, or a sample of a public document. */
export function isKnownKey(bytes: Buffer): boolean {
  const forms = (['base64', 'hex', 'latin1'] as const).map((form) => bytes.toString(form))
  return (
    new Set(bytes).size < FEWEST_BYTES || isText(bytes) || isRow(bytes) || forms.some(isPublished)
  )
}

const isText = (bytes: Buffer): boolean => bytes.every((byte) => byte >= 0x20 && byte <= 0x7e)

/** 0, 1, 2 and so on, as in many test vectors. */
const isRow = (bytes: Buffer): boolean =>
  new Set(bytes.subarray(1).map((byte, index) => (byte - (bytes[index] ?? 0)) & 0xff)).size === 1
