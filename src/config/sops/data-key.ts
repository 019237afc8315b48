import { armor, Decrypter } from 'age-encryption'
import type { Problem } from '../secrets.ts'
import type { SopsMetadata } from './metadata.ts'

const KEY_BYTES = 32
const MOST_RECIPIENTS = 100
/** Of a key for one recipient: to try one takes a while, and a file for many recipients holds one after the other. */
const MOST_KEY_TEXT = 16_384

/** The key of the values, opened with one of these identities of age. */
export async function dataKey(
  file: string,
  metadata: SopsMetadata,
  identities: readonly string[],
): Promise<Buffer | Problem> {
  const refused = refusedKeys(file, metadata, identities)
  if (refused !== undefined) return refused
  const decrypter = decrypterWith(identities)
  for (const { encrypted } of metadata.age) {
    const key = await decryptedBy(decrypter, encrypted)
    if (key?.length === KEY_BYTES) return Buffer.from(key)
  }
  return {
    code: 'TIDP1311',
    message: `none of the age keys given here opens ${file}`,
    hint: `it is encrypted for ${metadata.age.map(({ recipient }) => recipient).join(', ')}`,
  }
}

/** One that was mistyped opens nothing, and the others may. */
function decrypterWith(identities: readonly string[]): Decrypter {
  const decrypter = new Decrypter()
  for (const identity of identities)
    try {
      decrypter.addIdentity(identity)
    } catch {}
  return decrypter
}

/** Whatever keeps it from being opened is one thing: this key is not here. */
async function decryptedBy(
  decrypter: Decrypter,
  encrypted: string,
): Promise<Uint8Array | undefined> {
  try {
    return await decrypter.decrypt(armor.decode(encrypted))
  } catch {
    return undefined
  }
}

function refusedKeys(
  file: string,
  { age, others, groups }: SopsMetadata,
  identities: readonly string[],
): Problem | undefined {
  if (groups > 1)
    return {
      code: 'TIDP1310',
      message: `${file} shares its key out among ${groups} groups, which is not read here`,
      hint: 'encrypt it for age recipients in one group',
    }
  if (age.length === 0)
    return {
      code: 'TIDP1311',
      message: `${file} is encrypted for no age key${others.length === 0 ? '' : `, only for ${others.join(', ')}`}`,
      hint: 'add one: sops rotate -i --add-age age1…; or let fromExec run sops',
    }
  const laborious = laboriousKeys(file, age)
  if (laborious !== undefined || identities.length > 0) return laborious
  return {
    code: 'TIDP1311',
    message: `there is no age key here that could open ${file}`,
    hint: 'set SOPS_AGE_KEY_FILE to the file of the key, or SOPS_AGE_KEY to the key itself',
  }
}

/** SOPS writes none of these, and to try each key with each identity would take long. */
function laboriousKeys(file: string, age: SopsMetadata['age']): Problem | undefined {
  if (age.length > MOST_RECIPIENTS)
    return {
      code: 'TIDP1310',
      message: `${file} is encrypted for ${age.length} age keys; the limit is ${MOST_RECIPIENTS}`,
      hint: 'encrypt it for fewer: whoever applies needs one of them',
    }
  if (age.some(({ encrypted }) => encrypted.length > MOST_KEY_TEXT))
    return {
      code: 'TIDP1310',
      message: `${file} has a key of more than ${MOST_KEY_TEXT} characters, which SOPS does not write`,
      hint: 'encrypt it again, with sops encrypt',
    }
  return undefined
}
