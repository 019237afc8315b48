import type { Random } from '../base/random.ts'
import {
  forDevelopment,
  isForDevelopment,
  isOpenedBy,
  type SealingKey,
  seal,
  sealedUnder,
  unseal,
} from '../base/seal.ts'
import { secretPurpose } from '../model/sealed-secret.ts'
import { sealContext } from '../oauth/keys/ring.ts'
import type { SealedValue } from '../store/port.ts'
import type { Database } from './database.ts'

/** What a database holds that is not sealed under the master key. */
export interface Stock {
  /** Under a key that was given as an old one. */
  readonly older: readonly SealedValue[]
  /** Under a key that was not given, or altered. */
  readonly unreadable: readonly SealedValue[]
}

export function stockOf(values: readonly SealedValue[], key: SealingKey): Stock {
  const others = values.filter(({ sealed }) => sealedUnder(sealed) !== key.id)
  return {
    older: others.filter(({ sealed }) => isOpenedBy(sealed, key)),
    unreadable: others.filter(({ sealed }) => !isOpenedBy(sealed, key)),
  }
}

interface Resealing {
  readonly key: SealingKey
  readonly database: Pick<Database, 'sealed' | 'config'>
  readonly random: Random
  readonly lockTimeoutMs: number
}

const ROUNDS = 20

/**
 * Until nothing is left, also of what others sealed under an older key meanwhile: the last look is one at which
 * nobody can be applying, and whoever applies after it is refused with that key.
 */
export async function resealAll(resealing: Resealing): Promise<Stock> {
  const { key, database, lockTimeoutMs } = resealing
  for (let left = ROUNDS; ; left -= 1) {
    const values = await database.config.transaction(lockTimeoutMs, (tx) => tx.sealed())
    const stock = stockOf(values, key)
    if (stock.older.length === 0 || left === 0) return stock
    await reseal(stock.older, resealing)
  }
}

/** What changed meanwhile, or does not open, stays as it is: whoever looks again finds it. */
async function reseal(
  values: readonly SealedValue[],
  { key, database, random }: Resealing,
): Promise<void> {
  for (const value of values) {
    const context = contextOf(value)
    const plain = unseal(value.sealed, key, context)
    if (plain === undefined) continue
    const sealing = isForDevelopment(value.sealed) ? forDevelopment(key) : key
    await database.sealed.replace(value, seal(plain, sealing, context, random))
  }
}

const contextOf = (value: SealedValue): string =>
  value.of === 'signing-key'
    ? sealContext(value.tenant, value.kid)
    : secretPurpose(value.ownerUid, value.secretId)

/** How many there are under each key. */
export function countUnder(values: readonly SealedValue[]) {
  const ids = [...new Set(values.map(({ sealed }) => sealedUnder(sealed)))].sort()
  return ids.map((id) => ({
    masterKey: id,
    values: values.filter(({ sealed }) => sealedUnder(sealed) === id).length,
  }))
}
