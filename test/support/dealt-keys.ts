/** Keys for tests of something else: where they are made is tested there, here they only have to exist. */
import { seal, unseal } from '../../src/base/seal.ts'
import type { StoredKey } from '../../src/model/key.ts'
import { type KeyMaking, makeKey } from '../../src/oauth/keys/make.ts'
import { sealContext } from '../../src/oauth/keys/ring.ts'
import type { KeyActor, Keys } from '../../src/store/port.ts'
import { aTenant, masterKey } from './builders.ts'
import { testRandom } from './stores.ts'

type State = Parameters<typeof makeKey>[1]

/** Two for each tenant of two doors: no tenant has a neighbour's. */
const PAIRS = 12
const NOBODY = { tenant: aTenant({ uid: 'uid-nobody' }), random: testRandom, now: 0 }
const pairs = new Map<number, Promise<StoredKey>>()
let dealt = 0

/**
 * As `makeKey` makes them. Making 2048 bits of RSA takes longer than everything else before a test, so
 * some pairs go round, sealed and dated for the tenant that gets them.
 */
export async function dealKey(
  algorithm: 'ES256' | 'RS256',
  state: State,
  making: KeyMaking,
  ordinal = 1,
): Promise<StoredKey> {
  if (algorithm === 'ES256') return makeKey(algorithm, state, making, ordinal)
  const { tenant, now, random } = making
  const pair = await nextPair()
  const { kid, sealedPrivate } = pair
  const jwk = unseal(sealedPrivate, masterKey(), sealContext(NOBODY.tenant.uid, kid))
  if (jwk === undefined) throw new Error('a pair that does not open')
  return {
    ...pair,
    sealedPrivate: seal(jwk, making.masterKey, sealContext(tenant.uid, kid), random),
    ordinal,
    state,
    createdAt: now,
    activatedAt: state === 'active' ? now : undefined,
    verifyUntil: now,
  }
}

function nextPair(): Promise<StoredKey> {
  const place = dealt % PAIRS
  dealt += 1
  const pair = pairs.get(place) ?? makeKey('RS256', 'active', { ...NOBODY, masterKey: masterKey() })
  pairs.set(place, pair)
  return pair
}

/** What a tenant that signs with both has from the start: one key that signs and one on standby, of each. */
export async function dealKeys(keys: Keys, making: KeyMaking, by: KeyActor): Promise<void> {
  for (const algorithm of ['ES256', 'RS256'] as const)
    for (const [place, state] of (['active', 'pending'] as const).entries())
      await keys.insert(await dealKey(algorithm, state, making, place + 1), by)
}
