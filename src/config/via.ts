import type { Position, Related } from '../base/diagnostic.ts'
import { lazily } from './lazily.ts'

const VIA = Symbol('via')

/** How a value came to a place where nobody wrote it as it is. */
export interface Via {
  readonly related: readonly Related[]
  /** What is written there stands for the value, so that another text there would not be the value. */
  readonly isStandIn: boolean
}

/** A place that tells every diagnostic how the value came there. */
export const lazilyVia = (find: () => Position, via: () => Via): Position =>
  Object.defineProperty(lazily(find), VIA, { get: via })

export const viaOf = (at: Position & { readonly [VIA]?: Via }): Via | undefined => at[VIA]
