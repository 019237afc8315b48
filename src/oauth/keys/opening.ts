import { isOpenedBy, isSealed, type SealingKey, sealedUnder } from '../../base/seal.ts'
import type { StoredKey } from '../../model/key.ts'
import { MasterKeyError } from './ring.ts'

/** The keys that sign say which master key servers have: what is made under another one could be opened by none. */
export function checkOpens(stored: readonly StoredKey[], masterKey: SealingKey): void {
  for (const { kid, state, sealedPrivate } of stored)
    if (state === 'active' && isSealed(sealedPrivate) && !isOpenedBy(sealedPrivate, masterKey))
      throw new MasterKeyError(kid, sealedUnder(sealedPrivate), masterKey.id)
}
