/** A private signing key or a client secret as it is stored, and where. */
export type SealedValue = SealedKey | SealedSecret

export interface SealedKey {
  readonly of: 'signing-key'
  readonly tenant: string
  readonly kid: string
  readonly sealed: string
}

export interface SealedSecret {
  readonly of: 'client-secret'
  readonly ownerUid: string
  readonly secretId: string
  readonly sealed: string
}

/** What is sealed under master keys, of all tenants: for changing the master key. */
export interface SealedValues {
  /** Whatever the state of the key or the age of the secret. */
  list(): Promise<readonly SealedValue[]>
  /** False when the value is no longer this one: somebody else sealed it anew, or it is gone. */
  replace(value: SealedValue, sealed: string): Promise<boolean>
  /** Servers read the keys again. */
  announce(): Promise<void>
}
