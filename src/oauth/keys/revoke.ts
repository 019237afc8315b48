import type { StoredKey } from '../../model/key.ts'
import type { KeyMove, Keys, KeyTransition } from '../../store/port.ts'
import { untilDecided } from './by-hand.ts'
import { coveredUntil } from './cover.ts'
import { ensureKeys } from './ensure.ts'
import { lineOf } from './line.ts'
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
    const { standbys, heir } = partiesTo(key, stored, revoking)
    const succession = key.state === 'active' ? await succeedTo(heir, key, stored, change) : NONE
    const transition = {
      moves: [...[key, ...standbys].map(leave), ...succession.moves],
      added: succession.added,
    }
    if (!(await keys.transition(transition, actorOf(change)))) return undefined
    await ensureKeys(keys, { ...change, reason: `${key.kid} was compromised` })
    const successor = succession.moves[0]?.kid ?? succession.added[0]?.kid
    return { outcome: 'compromised', key, standbys: standbys.map(({ kid }) => kid), successor }
  })
}

/** Which standby keys go with it, or which one takes its place. */
function partiesTo(key: StoredKey, stored: readonly StoredKey[], { replaceStandby }: KeyRevoking) {
  const others = lineOf(stored, key.algorithm).waiting.filter(({ kid }) => kid !== key.kid)
  return replaceStandby ? { standbys: others, heir: undefined } : { standbys: [], heir: others[0] }
}

const leave = ({ kid, state }: StoredKey): KeyMove => ({ kid, from: state, to: 'compromised' })

const NONE: KeyTransition = { moves: [], added: [] }

/** The heir is known to verifiers already; without one, a key that is not has to do. */
async function succeedTo(
  heir: StoredKey | undefined,
  { algorithm }: StoredKey,
  stored: readonly StoredKey[],
  change: KeyChange,
): Promise<KeyTransition> {
  const verifyUntil = coveredUntil(change)
  if (heir !== undefined)
    return { moves: [{ kid: heir.kid, from: 'pending', to: 'active', verifyUntil }], added: [] }
  const key = await makeKey(algorithm, 'active', change, lineOf(stored, algorithm).nextOrdinal)
  return { moves: [], added: [{ ...key, verifyUntil }] }
}
