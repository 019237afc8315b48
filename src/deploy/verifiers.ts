import { digest } from '../base/digest.ts'
import { type Random, randomToken } from '../base/random.ts'
import { type SealingKey, seal } from '../base/seal.ts'
import { Secret } from '../base/secret.ts'
import type { DeclaredSecret } from '../config/desired-state.ts'
import type { Resolution, ResolvedSecret } from '../config/secrets.ts'
import { secretPurpose } from '../model/sealed-secret.ts'
import type { StoredSecret } from '../store/config-port.ts'
import { isExecuted } from './plan/change.ts'
import type { Plan } from './plan.ts'
import { Refusal } from './refusal.ts'
import { fingerprint, type SecretChange } from './secrets.ts'

/** What the database keeps of a secret that is new, changed or expires at another time. */
export interface NewVerifier {
  readonly address: string
  readonly stored: Omit<StoredSecret, 'ownerUid'>
  /** Present when we made the value: the only moment it can be told. */
  readonly generated: Secret | undefined
  /** Only its end is another: it stays as it is stored, whoever seals it again meanwhile. */
  readonly isKept?: true
}

export interface Making {
  readonly pepper: string
  readonly random: Random
  readonly hashPassword: (password: string) => Promise<string>
  /** Asked for only when a secret has to be sealed; throws when there is none. */
  readonly sealingKey: () => SealingKey
  readonly uidOf: (address: string) => string
  readonly known: (uid: string, id: string) => StoredSecret | undefined
}

/** Made before the transaction begins: a password hash takes its time. */
export async function makeVerifiers(
  plan: Plan,
  secrets: Resolution['secrets'],
  making: Making,
): Promise<NewVerifier[]> {
  const made: NewVerifier[] = []
  for (const { address, secrets: changes } of plan.changes.filter(isExecuted))
    for (const change of changes) {
      const secret = secrets.get(address)?.find(({ declared }) => declared.id === change.id)
      if (secret === undefined) continue
      checkKnown(address, change, secret)
      const kept =
        change.action === 'expire' ? making.known(making.uidOf(address), change.id) : undefined
      made.push(
        kept === undefined
          ? await newVerifier(address, secret, making)
          : { address, stored: withExpiry(kept, secret), generated: undefined, isKept: true },
      )
    }
  return made
}

/** Whoever applies without the values can keep what is there, and no more. */
function checkKnown(address: string, { id, action }: SecretChange, { isUnknown }: ResolvedSecret) {
  if (isUnknown !== true || action !== 'set') return
  throw new Refusal('secret-unknown', `the value of secret "${id}" of ${address} is not known here`)
}

async function newVerifier(
  address: string,
  { declared, value }: ResolvedSecret,
  making: Making,
): Promise<NewVerifier> {
  const { pepper, random } = making
  const secret = value ?? generate(declared.source, random)
  return {
    address,
    stored: {
      secretId: declared.id,
      verifier: await verifierOf(secret, { address, declared, making }),
      fingerprint: fingerprint(pepper, secret),
      expiresAt: declared.expiresAt,
    },
    generated: value === undefined ? secret : undefined,
  }
}

async function verifierOf(
  secret: Secret,
  of: { readonly address: string; readonly declared: DeclaredSecret; readonly making: Making },
): Promise<string> {
  const { address, declared, making } = of
  switch (declared.use) {
    case 'password':
      return making.hashPassword(secret.reveal())
    case 'client':
      return digest(secret.reveal())
    case 'sealed': {
      const purpose = secretPurpose(making.uidOf(address), declared.id)
      return seal(secret.reveal(), making.sealingKey(), purpose, making.random)
    }
  }
}

const generate = (source: ResolvedSecret['declared']['source'], random: Random): Secret =>
  new Secret(randomToken(random, source.from === 'generate' ? source.bytes : 32), 'generated')

const withExpiry = (
  { ownerUid: _, ...kept }: StoredSecret,
  { declared }: ResolvedSecret,
): NewVerifier['stored'] => ({ ...kept, expiresAt: declared.expiresAt })
