/** One value of ASN.1, as DER writes it (X.690 §10). */
export interface Der {
  readonly tag: number
  readonly content: Buffer
  /** With tag and length. */
  readonly whole: Buffer
}

export class DerError extends Error {
  override readonly name = 'DerError'
}

export const TAG = {
  integer: 0x02,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  explicit: 0xa0,
  implicit: 0x80,
} as const

const MOST_LENGTH_BYTES = 4

/** The values that stand one behind the other. */
function* derValues(bytes: Buffer): Generator<Der> {
  for (let at = 0; at < bytes.length; ) {
    const value = derAt(bytes, at)
    yield value
    at += value.whole.length
  }
}

/** The one value that there is. */
export function der(bytes: Buffer, tag: number): Der {
  const value = derAt(bytes, 0)
  if (value.whole.length !== bytes.length) throw new DerError('something follows')
  return tagged(value, tag)
}

/** Its parts, where it is made of such. */
export const parts = (value: Der, tag: number = TAG.sequence): readonly Der[] => [
  ...derValues(tagged(value, tag).content),
]

export function tagged(value: Der | undefined, tag: number): Der {
  if (value?.tag !== tag) throw new DerError(`tag ${value?.tag} in the place of ${tag}`)
  return value
}

export function smallInteger(value: Der | undefined): number {
  const { content } = tagged(value, TAG.integer)
  if (content.length === 0 || content.length > MOST_LENGTH_BYTES)
    throw new DerError('a large number')
  return content.readIntBE(0, content.length)
}

/** As people write it: `1.2.840.113549`. */
export function oid(value: Der | undefined): string {
  const { content } = tagged(value, TAG.oid)
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [first = 0, ...rest] = arcs
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}

function derAt(bytes: Buffer, at: number): Der {
  const tag = byteAt(bytes, at)
  const short = byteAt(bytes, at + 1)
  // 0x80 is the indefinite length of BER, which DER has not.
  const more = short < 0x80 ? 0 : short - 0x80
  if (short === 0x80 || more > MOST_LENGTH_BYTES) throw new DerError('a length that is not DER')
  const start = at + 2 + more
  if (start > bytes.length) throw new DerError('cut off')
  const end = start + (more === 0 ? short : bytes.readUIntBE(at + 2, more))
  if (end > bytes.length) throw new DerError('cut off')
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) }
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new DerError('cut off')
  return byte
}
