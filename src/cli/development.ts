import { forDevelopment, isForDevelopment, type SealingKey } from '../base/seal.ts'
import type { StoredKey } from '../model/key.ts'
import { EXIT, Failure } from './exit.ts'
import { isKnownKey } from './master-key/known-key.ts'

interface Environment {
  readonly name: string
  readonly kind: 'dev' | 'production'
}

/** What a dev environment makes says so for ever, wherever it is carried. */
export const sealingIn = (environment: Environment | undefined, key: SealingKey): SealingKey =>
  environment?.kind === 'dev' ? forDevelopment(key) : key

/** The file that `tokenidp dev` made lies beside documents, on somebody's own machine. */
export function checkMasterKey({ name, kind }: Environment, key: SealingKey): void {
  if (kind === 'dev') return
  // Not those before it: whoever had one moves away from it.
  if (isKnownKey(key.bytes))
    throw new Failure(
      EXIT.machine,
      `the master key ${key.id} is none that chance made, and environment "${name}" is for production: a word, a pattern or a sample of a public document is known to whoever tries it`,
      'take a new one from openssl rand -base64 32; what is sealed already follows with tokenidp secrets rekey',
    )
  if (![key, ...(key.older ?? [])].some((each) => each.isForDevelopment)) return
  throw new Failure(
    EXIT.machine,
    `the master key was made by tokenidp dev, and environment "${name}" is for production`,
    'export TOKENIDP_MASTER_KEY="$(openssl rand -base64 32)", and keep it for life',
  )
}

export function checkKeys(
  { name, kind }: Environment,
  tenant: string,
  keys: readonly StoredKey[],
): void {
  if (kind === 'dev') return
  const found = keys.find(({ sealedPrivate }) => isForDevelopment(sealedPrivate))
  if (found === undefined) return
  throw new Failure(
    EXIT.refused,
    `key ${found.kid} of tenant "${tenant}" was made for development, and environment "${name}" is for production`,
    'apply to an empty database: the server makes keys of its own there',
  )
}
