import { mintToken, rowKey } from '../../base/id.ts'
import type { Context } from '../context.ts'

/** A new bearer secret and the key of the row that will remember it. */
export function mint({ nowMs, random }: Pick<Context, 'nowMs' | 'random'>): {
  readonly token: string
  readonly key: Buffer
} {
  const token = mintToken(nowMs, random)
  const key = rowKey(token)
  if (key === undefined) throw new Error('a minted token has no row key')
  return { token, key }
}
