import { hmac } from '../base/digest.ts'
import { isOpenedBy, isSealed, type SealingKey } from '../base/seal.ts'
import type { Secret } from '../base/secret.ts'
import type { ResolvedSecret } from '../config/secrets.ts'
import type { StoredSecret } from '../store/config-port.ts'

/** What happens to one secret of an object. Says nothing of its value. */
export interface SecretChange {
  readonly id: string
  readonly action: 'set' | 'generate' | 'expire' | 'drop'
}

/** Salted hashes cannot be compared, so each value is recognised by its HMAC under this database's pepper. */
export function fingerprint(pepper: string, value: Secret): string {
  const known = fingerprints.get(value)
  if (known?.pepper === pepper) return known.text
  const text = hmac(pepper, value.reveal())
  fingerprints.set(value, { pepper, text })
  return text
}

/** Asked for again when a plan is carried out, while others wait for the lock. */
const fingerprints = new WeakMap<Secret, { readonly pepper: string; readonly text: string }>()

/** Of the database and of whoever asks. */
export interface Keeping {
  readonly pepper: string
  /** The master key, if one is given. */
  readonly sealingKey: SealingKey | undefined
}

export function secretChanges(
  wanted: readonly ResolvedSecret[],
  stored: readonly StoredSecret[],
  keeping: Keeping,
): SecretChange[] {
  const known = new Map(stored.map((secret) => [secret.secretId, secret]))
  const ids = new Set(wanted.map(({ declared }) => declared.id))
  const dropped = stored.filter(
    ({ secretId, issuedAt }) => issuedAt === undefined && !ids.has(secretId),
  )
  return [
    ...wanted.flatMap((secret) => changeOf(secret, known.get(secret.declared.id), keeping)),
    ...dropped.map((secret): SecretChange => ({ id: secret.secretId, action: 'drop' })),
  ]
}

function changeOf(
  { declared, value, isUnknown }: ResolvedSecret,
  stored: StoredSecret | undefined,
  { pepper, sealingKey }: Keeping,
): SecretChange[] {
  const { id, use } = declared
  const isKept = stored !== undefined && isUsable(stored, use, sealingKey)
  // A digest cannot be made into the secret again, so another use of it is another secret.
  if (value === undefined && !isKept)
    return [{ id, action: isUnknown && declared.source.from !== 'generate' ? 'set' : 'generate' }]
  if (!isKept) return [{ id, action: 'set' }]
  if (value !== undefined && stored.fingerprint !== fingerprint(pepper, value))
    return [{ id, action: 'set' }]
  return stored.expiresAt === declared.expiresAt ? [] : [{ id, action: 'expire' }]
}

/** What was sealed under another key opens for no server that has this one. */
function isUsable(
  { verifier }: StoredSecret,
  use: ResolvedSecret['declared']['use'],
  sealingKey: SealingKey | undefined,
): boolean {
  if (use !== 'sealed' || !isSealed(verifier)) return isSealed(verifier) === (use === 'sealed')
  return sealingKey === undefined || isOpenedBy(verifier, sealingKey)
}
