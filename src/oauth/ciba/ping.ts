import { hmac } from '../../base/digest.ts'
import { type SealingKey, seal, sealingKey, unseal } from '../../base/seal.ts'
import type { Context } from '../context.ts'

/** What a ping carries. Both are bearer secrets, so the store has them sealed, and only until it is sent. */
export interface Ping {
  readonly authReqId: string
  /** By which the client knows us. */
  readonly token: string
}

type World = Pick<Context, 'keys' | 'tenant'>

export const sealPing = (
  ping: Ping,
  requestUid: string,
  { random, ...world }: World & Pick<Context, 'random'>,
): string => seal(JSON.stringify(ping), keyOf(world), purposeOf(requestUid, world), random)

/** `undefined` when it was sealed under another master key. */
export function openPing(sealed: string, requestUid: string, world: World): Ping | undefined {
  const text = unseal(sealed, keyOf(world), purposeOf(requestUid, world))
  return text === undefined ? undefined : (JSON.parse(text) as Ping)
}

const purposeOf = (requestUid: string, { tenant }: World): string => `${tenant.uid} ${requestUid}`

function keyOf({ keys }: World): SealingKey {
  return { ...derived(keys.pepper), older: keys.olderPeppers.map(derived) }
}

function derived(pepper: string): SealingKey {
  const key = sealingKey(hmac(pepper, 'ciba ping'))
  if (key === undefined) throw new Error('an HMAC is no sealing key')
  return key
}
