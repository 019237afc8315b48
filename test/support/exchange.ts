import type { Context } from '../../src/oauth/context.ts'
import type { Request } from '../../src/oauth/exchange.ts'
import type { KeyRing } from '../../src/oauth/keys/ring.ts'
import { verifiedTokens } from '../../src/oauth/tokens/verified.ts'
import type { TenantStore } from '../../src/store/port.ts'
import { aTenant, countingRandom, NOW, silent } from './builders.ts'
import { noOutbound } from './outbound.ts'

export const aRequest = ({
  headers = {},
  ...change
}: Partial<Omit<Request, 'header'>> & {
  readonly headers?: Readonly<Record<string, string>>
}): Request => ({
  method: 'POST',
  path: '/token',
  query: '',
  form: '',
  clientAddress: '192.0.2.1',
  cookies: {},
  header: (name) => headers[name],
  ...change,
})

/** For what neither signs nor stores; whoever does hands in a ring and a store. */
export const aContext = (change: Partial<Context> = {}): Context => ({
  tenant: aTenant(),
  store: unusable<TenantStore>('store'),
  keys: unusable<KeyRing>('key ring'),
  verified: verifiedTokens(),
  random: countingRandom(),
  now: NOW,
  nowMs: NOW * 1000,
  log: silent,
  provePassword: async () => undefined,
  proveUserCode: async () => false,
  outbound: noOutbound,
  ...change,
})

const unusable = <Thing extends object>(what: string): Thing =>
  new Proxy({} as Thing, {
    get() {
      throw new Error(`this test has no ${what}`)
    },
  })
