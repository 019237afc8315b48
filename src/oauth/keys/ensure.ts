import type { KeyState, SigningAlgorithm, StoredKey } from '../../model/key.ts'
import type { Keys } from '../../store/port.ts'
import { coverTokens } from './cover.ts'
import { type KeyMaking, makeKey } from './make.ts'

const WANTED = ['active', 'pending'] as const satisfies readonly KeyState[]

/**
 * Makes the keys that the tenant's policy asks for and that do not exist: per algorithm one that signs
 * and one on standby. Of two servers that do it at once, the store takes the keys of one. Sees
 * to it that what signs stays published for long enough. Answers the keys it added.
 */
export async function ensureKeys(keys: Keys, making: KeyMaking): Promise<readonly StoredKey[]> {
  const existing = await keys.list()
  const added: StoredKey[] = []
  for (const { algorithm, state } of missingFrom(existing, making.tenant.keyPolicy.algorithms)) {
    const key = await makeKey(algorithm, state, making)
    if (await keys.insert(key)) added.push(key)
  }
  await coverTokens(keys, [...existing, ...added], making)
  return added
}

const missingFrom = (existing: readonly StoredKey[], algorithms: readonly SigningAlgorithm[]) =>
  algorithms
    .flatMap((algorithm) => WANTED.map((state) => ({ algorithm, state })))
    .filter((wanted) => !existing.some((key) => isOf(key, wanted)))

const isOf = (key: StoredKey, wanted: { algorithm: SigningAlgorithm; state: KeyState }): boolean =>
  key.algorithm === wanted.algorithm && key.state === wanted.state
