import { createDecipheriv } from 'node:crypto'
import type { SopsLeaf } from './tree.ts'

const ENCRYPTED =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]$/

const TAG_BYTES = 16

export interface Decrypted {
  readonly text: string
  /** What of it is in the MAC. */
  readonly authenticated: Buffer | string
}

export const isEncrypted = (leaf: SopsLeaf): leaf is string =>
  typeof leaf === 'string' && leaf.startsWith('ENC[AES256_GCM,')

/** Undefined for what was not encrypted with this key, at this place. */
export function decryptValue(written: string, key: Buffer, place: string): Decrypted | undefined {
  const [, data = '', iv = '', tag = '', type = ''] = ENCRYPTED.exec(written) ?? []
  const plain = open(
    { data: bytes(data), iv: bytes(iv), tag: bytes(tag) },
    { key, additional: Buffer.from(place) },
  )
  if (plain === undefined) return undefined
  const authenticated = authenticatedAs(type, plain)
  return authenticated === undefined ? undefined : { text: plain.toString('utf8'), authenticated }
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

interface Sealed {
  readonly data: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
}

function open(
  { data, iv, tag }: Sealed,
  { key, additional }: { readonly key: Buffer; readonly additional: Buffer },
): Buffer | undefined {
  // A shorter tag would be easier to guess, and the cipher takes it.
  if (iv.length === 0 || tag.length !== TAG_BYTES) return undefined
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    cipher.setAAD(additional)
    cipher.setAuthTag(tag)
    return Buffer.concat([cipher.update(data), cipher.final()])
  } catch {
    return undefined
  }
}

/** The type is outside of the encryption: SOPS reads the value as that, and writes it again into the MAC. */
function authenticatedAs(type: string, plain: Buffer): Buffer | string | undefined {
  const text = plain.toString('utf8')
  switch (type) {
    case 'str':
    case 'bytes':
    case 'time':
      return plain
    case 'int':
      return /^[+-]?\d{1,19}$/.test(text) ? BigInt(text).toString() : undefined
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text))
        ? plainDecimal(Number(text))
        : undefined
    case 'bool':
      return /^(?:true|false)$/i.test(text) ? titled(/^t/i.test(text)) : undefined
    default:
      return undefined
  }
}

/** What the MAC has of a value that is not encrypted. */
export function authenticatedLeaf(leaf: SopsLeaf): string {
  if (leaf === null) return ''
  if (typeof leaf === 'boolean') return titled(leaf)
  return typeof leaf === 'number' ? plainDecimal(leaf) : String(leaf)
}

const titled = (isTrue: boolean): string => (isTrue ? 'True' : 'False')

/** Never with an exponent, and with no more digits than needed. */
function plainDecimal(value: number): string {
  const [, sign = '', first = '', rest = '', power = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? []
  if (first === '') return String(value)
  const digits = first + rest
  const exponent = Number(power)
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${sign}${digits.padEnd(exponent + 1, '0')}`
}
