import { isOpenedBy, type SealingKey, sealedUnder } from '../base/seal.ts'
import type { ConfigTransaction } from '../store/config-port.ts'
import { Refusal } from './refusal.ts'

/**
 * Servers open secrets with the master key of their signing keys, and with no other. Asked where nobody else
 * can be writing: a rekey that is over leaves nothing under the key before it.
 */
export async function checkSealing(
  tx: Pick<ConfigTransaction, 'signingSeals'>,
  key: SealingKey,
): Promise<void> {
  const foreign = (await tx.signingSeals()).find((sealed) => !isOpenedBy(sealed, key))
  if (foreign === undefined) return
  throw new Refusal(
    'master-key',
    `the master key is the wrong one: the signing keys are sealed under master key ${sealedUnder(foreign)}, and this is ${key.id}`,
  )
}
