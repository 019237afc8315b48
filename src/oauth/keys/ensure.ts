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
  const existing = await keys.list()
  checkOpens(existing, change.masterKey)
  const added: StoredKey[] = []
  for (const algorithm of linesOf(keyPolicy)) {
    added.push(...(await ensureSigner(keys, existing, algorithm, change)))
    added.push(...(await ensureStandby(keys, [...existing, ...added], algorithm, change)))
  }
  await coverTokens(keys, [...existing, ...added], change)
  return added
}

async function ensureSigner(
  keys: Keys,
  stored: readonly StoredKey[],
  algorithm: KeyAlgorithm,
  change: KeyChange,
): Promise<readonly StoredKey[]> {
  const { active, waiting, nextOrdinal } = lineOf(stored, algorithm)
  if (active !== undefined) return []
  const [first] = waiting
  if (first !== undefined) {
    const to = { kid: first.kid, from: 'pending', to: 'active' } as const
    const moves = [{ ...to, verifyUntil: coveredUntil(change) }]
    await keys.transition({ moves, added: [] }, actorOf(change))
    return []
  }
  const key = await makeKey(algorithm, 'active', change, nextOrdinal)
  return (await keys.insert(key, actorOf(change))) ? [key] : []
}

async function ensureStandby(
  keys: Keys,
  stored: readonly StoredKey[],
  algorithm: KeyAlgorithm,
  change: KeyChange,
): Promise<readonly StoredKey[]> {
  const { waiting, nextOrdinal } = lineOf(stored, algorithm)
  const missing = Math.max(0, standbysFor(change.tenant.keyPolicy) - waiting.length)
  const added: StoredKey[] = []
  for (let place = nextOrdinal; place < nextOrdinal + missing; place += 1) {
    const key = await makeKey(algorithm, 'pending', change, place)
    if (await keys.insert(key, actorOf(change))) added.push(key)
  }
  return added
}
