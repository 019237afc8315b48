import { digest } from '../base/digest.ts'
import { type Random, randomToken } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import type { Resolution, ResolvedSecret } from '../config/secrets.ts'
import type { StoredSecret } from '../store/config-port.ts'
import type { Plan } from './plan.ts'
import { fingerprint } from './secrets.ts'

/** What the database keeps of a secret that is new, changed or expires at another time. */
export interface NewVerifier {
  readonly address: string
  readonly stored: Omit<StoredSecret, 'ownerUid'>
  /** Present when we made the value: the only moment it can be told. */
  readonly generated: Secret | undefined
}

export interface Making {
  readonly pepper: string
  readonly random: Random
  readonly hashPassword: (password: string) => Promise<string>
}

/** Made before the transaction begins: a password hash takes its time. */
export async function makeVerifiers(
  plan: Plan,
  secrets: Resolution['secrets'],
  known: (address: string, id: string) => StoredSecret | undefined,
  making: Making,
): Promise<NewVerifier[]> {
  const made: NewVerifier[] = []
  for (const { address, secrets: changes } of plan.changes)
    for (const change of changes) {
      const secret = secrets.get(address)?.find(({ declared }) => declared.id === change.id)
      if (secret === undefined) continue
      const kept = change.action === 'expire' ? known(address, change.id) : undefined
      made.push(
        kept === undefined
          ? await newVerifier(address, secret, making)
          : { address, stored: withExpiry(kept, secret), generated: undefined },
      )
    }
  return made
}

async function newVerifier(
  address: string,
  { declared, value }: ResolvedSecret,
  { pepper, random, hashPassword }: Making,
): Promise<NewVerifier> {
  const secret = value ?? generate(declared.source, random)
  const verifier =
    declared.use === 'password' ? await hashPassword(secret.reveal()) : digest(secret.reveal())
  return {
    address,
    stored: {
      secretId: declared.id,
      verifier,
      fingerprint: fingerprint(pepper, secret),
      expiresAt: declared.expiresAt,
    },
    generated: value === undefined ? secret : undefined,
  }
}

const generate = (source: ResolvedSecret['declared']['source'], random: Random): Secret =>
  new Secret(randomToken(random, source.from === 'generate' ? source.bytes : 32), 'generated')

const withExpiry = (
  { secretId, verifier, fingerprint }: StoredSecret,
  { declared }: ResolvedSecret,
): NewVerifier['stored'] => ({ secretId, verifier, fingerprint, expiresAt: declared.expiresAt })
