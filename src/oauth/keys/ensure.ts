import { type KeyAlgorithm, linesOf, type StoredKey } from '../../model/key.ts'
import { standbysFor } from '../../model/key-times.ts'
import type { Keys } from '../../store/port.ts'
import { coveredUntil, coverTokens } from './cover.ts'
import { lineOf } from './line.ts'
import { actorOf, type KeyChange, makeKey } from './make.ts'
import { checkOpens } from './opening.ts'

/**
 * Makes the keys that the tenant's policy asks for and that do not exist: per algorithm one that signs
 * and those on standby. Of two servers that do it at once, the store takes the keys of one. Sees to it
 * that what signs stays published for long enough. Answers the keys it added.
 */
export async function ensureKeys(keys: Keys, change: KeyChange): Promise<readonly StoredKey[]> {
  const { keyPolicy } = change.tenant
  const lines = linesOf(keyPolicy)
  const found = await keys.list()
  const heirs = lines.flatMap((algorithm) => heirOf(found, algorithm))
  for (const { kid } of heirs) {
    const to = { kid, from: 'pending', to: 'active', verifyUntil: coveredUntil(change) } as const
    await keys.transition({ moves: [to], added: [] }, actorOf(change))
  }
  const existing = heirs.length === 0 ? found : await keys.list()
  const added: StoredKey[] = []
  for (const algorithm of lines) {
    added.push(...(await ensureSigner(keys, existing, algorithm, change)))
    added.push(...(await ensureStandby(keys, [...existing, ...added], algorithm, change)))
  }
  await coverTokens(keys, [...existing, ...added], change)
  return added
}

/** Who waits where nobody signs, for instance a key from elsewhere that came first. */
function heirOf(stored: readonly StoredKey[], algorithm: KeyAlgorithm): readonly StoredKey[] {
  const { active, waiting } = lineOf(stored, algorithm)
  return active === undefined ? waiting.slice(0, 1) : []
}

async function ensureSigner(
  keys: Keys,
  stored: readonly StoredKey[],
  algorithm: KeyAlgorithm,
  change: KeyChange,
): Promise<readonly StoredKey[]> {
  const { active, nextOrdinal } = lineOf(stored, algorithm)
  if (active !== undefined) return []
  const key = await makeKey(algorithm, 'active', change, nextOrdinal)
  return (await keys.insert(key, actorOf(change))) ? [key] : []
}

async function ensureStandby(
  keys: Keys,
  stored: readonly StoredKey[],
  algorithm: KeyAlgorithm,
  change: KeyChange,
): Promise<readonly StoredKey[]> {
  const { active, waiting, nextOrdinal } = lineOf(stored, algorithm)
  const missing = Math.max(0, standbysFor(change.tenant.keyPolicy) - waiting.length)
  if (missing > 0 && active !== undefined) checkOpens([active], change.masterKey)
  const added: StoredKey[] = []
  for (let place = nextOrdinal; place < nextOrdinal + missing; place += 1) {
    const key = await makeKey(algorithm, 'pending', change, place)
    if (await keys.insert(key, actorOf(change))) added.push(key)
  }
  return added
}
