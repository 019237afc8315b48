import type { StoredKey } from '../../model/key.ts'
import type { KeyMove, Keys, KeyTransition } from '../../store/port.ts'
import { untilDecided } from './by-hand.ts'
import { coveredUntil } from './cover.ts'
import { ensureKeys } from './ensure.ts'
import { type KeyLine, lineOf } from './line.ts'
import { actorOf, type KeyChange, makeKey } from './make.ts'

export type Revocation =
  | {
      readonly outcome: 'compromised'
      readonly key: StoredKey
      /** Standby keys that went with it. */
      readonly standbys: readonly string[]
      /** What signs from now on, where this one did. */
      readonly successor: string | undefined
    }
  | { readonly outcome: 'already'; readonly key: StoredKey }
  | { readonly outcome: 'unknown' }

export interface KeyRevoking {
  readonly kid: string
  /** The standby keys leaked too: none of them may sign. Verifiers have to fetch the new one first. */
  readonly replaceStandby: boolean
}

/** Nobody trusts this key any more: it leaves the JWKS, and where it signed, the published standby does. */
export async function revokeKey(
  keys: Keys,
  change: KeyChange,
  revoking: KeyRevoking,
): Promise<Revocation> {
  return untilDecided(async () => {
    const stored = await keys.list()
    const key = stored.find(({ kid }) => kid === revoking.kid)
    if (key === undefined) return { outcome: 'unknown' }
    if (key.state === 'compromised') return { outcome: 'already', key }
    const parties = partiesTo(key, stored, revoking)
    const { standbys } = parties
    const succession = key.state === 'active' ? await succeedTo(parties, change) : NONE
    const transition = {
      moves: [...[key, ...standbys].map(leave), ...succession.moves],
      added: [...succession.added, ...(await standbyFor(parties, succession, change))],
    }
    if (!(await keys.transition(transition, actorOf(change)))) return undefined
    await ensureKeys(keys, { ...change, reason: `${key.kid} was compromised` })
    const successor = succession.moves[0]?.kid ?? succession.added[0]?.kid
    return { outcome: 'compromised', key, standbys: standbys.map(({ kid }) => kid), successor }
  })
}

interface Parties {
  readonly line: KeyLine
  /** Those that go with it. */
  readonly standbys: readonly StoredKey[]
  /** Those that stay: the first one takes its place. */
  readonly staying: readonly StoredKey[]
}

function partiesTo(
  key: StoredKey,
  stored: readonly StoredKey[],
  { replaceStandby }: KeyRevoking,
): Parties {
  const line = lineOf(stored, key.algorithm)
  const others = line.waiting.filter(({ kid }) => kid !== key.kid)
  return replaceStandby
    ? { line, standbys: others, staying: [] }
    : { line, standbys: [], staying: others }
}

const leave = ({ kid, state }: StoredKey): KeyMove => ({ kid, from: state, to: 'compromised' })

const NONE: KeyTransition = { moves: [], added: [] }

/** Who waits is known to verifiers already; without one, a key that is not has to do. */
async function succeedTo(
  { line: { algorithm, nextOrdinal }, staying: [heir] }: Parties,
  change: KeyChange,
): Promise<KeyTransition> {
  const verifyUntil = coveredUntil(change)
  if (heir !== undefined)
    return { moves: [{ kid: heir.kid, from: 'pending', to: 'active', verifyUntil }], added: [] }
  const key = await makeKey(algorithm, 'active', change, nextOrdinal)
  return { moves: [], added: [{ ...key, verifyUntil }] }
}

/** In the same step, so that at no moment there is none for the next emergency. */
async function standbyFor(
  { line: { algorithm, nextOrdinal }, staying }: Parties,
  { moves, added }: KeyTransition,
  change: KeyChange,
): Promise<readonly StoredKey[]> {
  if (staying.length > moves.length) return []
  return [await makeKey(algorithm, 'pending', change, nextOrdinal + added.length)]
}
