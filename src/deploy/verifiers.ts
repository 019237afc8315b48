import { digest } from '../base/digest.ts'
import { type Random, randomToken } from '../base/random.ts'
import { type SealingKey, seal } from '../base/seal.ts'
import { Secret } from '../base/secret.ts'
import type { DeclaredSecret } from '../config/desired-state.ts'
import type { Resolution, ResolvedSecret } from '../config/secrets.ts'
import { secretPurpose } from '../model/sealed-secret.ts'
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
  /** Asked for only when a secret has to be sealed; throws when there is none. */
  readonly sealingKey: () => SealingKey
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
      const [, tenant = '', application = ''] = address.split('/')
      const purpose = secretPurpose(tenant, application, declared.id)
      return seal(secret.reveal(), making.sealingKey(), purpose, making.random)
    }
  }
}

const generate = (source: ResolvedSecret['declared']['source'], random: Random): Secret =>
  new Secret(randomToken(random, source.from === 'generate' ? source.bytes : 32), 'generated')

const withExpiry = (
  { secretId, verifier, fingerprint }: StoredSecret,
  { declared }: ResolvedSecret,
): NewVerifier['stored'] => ({ secretId, verifier, fingerprint, expiresAt: declared.expiresAt })
