/** Files as SOPS writes them, made from its published format: an encrypter that shares no code with what reads them. */
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { stringify } from 'yaml'

export type Plain = string | number | boolean | null | readonly Plain[] | PlainMap
export interface PlainMap {
  readonly [name: string]: Plain
}

export interface AgeKey {
  readonly identity: string
  readonly recipient: string
}

export async function anAgeKey(): Promise<AgeKey> {
  const identity = await generateIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}

export interface Encrypting {
  readonly for: readonly AgeKey[]
  /** What names have in common that stay readable. */
  readonly unencryptedSuffix?: string
  readonly encryptedRegex?: string
  readonly macOnlyEncrypted?: boolean
  readonly lastModified?: string
  /** Written instead of the right one. */
  readonly mac?: string
  /** More metadata: recipients of other services. */
  readonly beside?: PlainMap
}

/** The tree of an encrypted file: values first, then `sops`. */
export async function encrypted(values: PlainMap, how: Encrypting): Promise<PlainMap> {
  const { lastModified = '2026-04-30T12:00:00Z', macOnlyEncrypted = false } = how
  const key = randomBytes(32)
  const hash = createHash('sha512')
  if (macOnlyEncrypted) hash.update(createHash('sha256').update('sops').digest())
  const encrypt = (plain: Plain, path: readonly string[]): Plain => {
    if (plain === null) return null
    if (Array.isArray(plain)) return plain.map((each) => encrypt(each, path))
    if (typeof plain === 'object')
      return Object.fromEntries(
        Object.entries(plain).map(([name, each]) => [name, encrypt(each, [...path, name])]),
      )
    const isSecret = isEncryptedAt(path, how)
    if (isSecret || !macOnlyEncrypted) hash.update(textOf(plain))
    return isSecret ? sealed(plain, key, `${path.join(':')}:`) : plain
  }
  const tree = encrypt(values, [])
  const mac = how.mac ?? sealed(hash.digest('hex').toUpperCase(), key, lastModified)
  return {
    ...(tree as PlainMap),
    sops: {
      age: await Promise.all(
        how.for.map(async ({ recipient }) => ({ recipient, enc: await wrapped(key, recipient) })),
      ),
      lastmodified: lastModified,
      mac,
      ...(how.unencryptedSuffix && { unencrypted_suffix: how.unencryptedSuffix }),
      ...(how.encryptedRegex && { encrypted_regex: how.encryptedRegex }),
      ...(macOnlyEncrypted && { mac_only_encrypted: true }),
      version: '3.10.2',
      ...how.beside,
    },
  }
}

/** By the file's name, as SOPS chooses its store. */
export function written(file: string, tree: PlainMap): string {
  if (file.endsWith('.json')) return JSON.stringify(tree, null, '\t')
  if (!file.endsWith('.env')) return stringify(tree, { indent: 4, lineWidth: 0 })
  const { sops, ...values } = tree
  const line = (name: string, value: Plain): string =>
    `${name}=${String(value).replaceAll('\n', '\\n')}\n`
  const { age, ...metadata } = sops as PlainMap
  return [
    ...Object.entries(values).map(([name, value]) => line(name, value)),
    ...(age as readonly PlainMap[]).flatMap((each, index) =>
      Object.entries(each).map(([name, value]) =>
        line(`sops_age__list_${index}__map_${name}`, value),
      ),
    ),
    ...Object.entries(metadata).map(([name, value]) => line(`sops_${name}`, value)),
  ].join('')
}

export const sopsText = async (file: string, values: PlainMap, how: Encrypting): Promise<string> =>
  written(file, await encrypted(values, how))

function isEncryptedAt(path: readonly string[], how: Encrypting): boolean {
  const { unencryptedSuffix = '_unencrypted', encryptedRegex } = how
  if (encryptedRegex !== undefined)
    return path.some((name) => new RegExp(encryptedRegex).test(name))
  return !path.some((name) => name.endsWith(unencryptedSuffix))
}

function textOf(plain: string | number | boolean): string {
  if (typeof plain === 'boolean') return plain ? 'True' : 'False'
  return typeof plain === 'number' ? plain.toLocaleString('en', PLAIN_NUMBER) : plain
}

const PLAIN_NUMBER = { useGrouping: false, maximumSignificantDigits: 17 } as const

const typeOf = (plain: string | number | boolean): string => {
  if (typeof plain === 'number') return Number.isInteger(plain) ? 'int' : 'float'
  return typeof plain === 'boolean' ? 'bool' : 'str'
}

function sealed(plain: string | number | boolean, key: Buffer, place: string): string {
  if (plain === '') return ''
  const iv = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(place))
  const data = Buffer.concat([cipher.update(textOf(plain)), cipher.final()])
  const [data64, iv64, tag64] = [data, iv, cipher.getAuthTag()].map((bytes) =>
    bytes.toString('base64'),
  )
  return `ENC[AES256_GCM,data:${data64},iv:${iv64},tag:${tag64},type:${typeOf(plain)}]`
}

async function wrapped(key: Buffer, recipient: string): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return armor.encode(await encrypter.encrypt(key))
}
