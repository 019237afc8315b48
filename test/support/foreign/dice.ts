/** The same throws for the same seed. */
export interface Dice {
  number(below: number): number
  flag(chance?: number): boolean
  one<T>(of: readonly T[]): T
  some<T>(of: readonly T[]): readonly T[]
  secret(): string
}

export function dice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const number = (below: number): number => Math.floor(next() * below)
  return {
    number,
    flag: (chance = 0.5) => next() < chance,
    one: (of) => of[number(of.length)] as (typeof of)[number],
    some: (of) => of.filter(() => next() < 0.5),
    secret: () => `canary-${number(1e9).toString(36)}-${number(1e9).toString(36)}`,
  }
}

/** What people call things. */
export const WORDS = [
  'Shop',
  'Käse',
  '注文',
  'back office',
  'API_Gateway',
  'x',
  'Ümläut "quoted"',
  '$' + '{dollar}',
]
