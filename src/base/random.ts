export interface Random {
  /** Unguessable bytes, owned by the caller. */
  bytes(length: number): Buffer
}

/** An unguessable URL-safe string; 32 bytes unless told otherwise. */
export const randomToken = (random: Random, bytes = 32): string =>
  random.bytes(bytes).toString('base64url')
