/**
 * Remembers what was used lately, in two generations: a full young one becomes the old one, and the old
 * one is forgotten. So its size is bounded, and nothing ever has to be searched for something to drop.
 */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  size(): number
}

export function boundedMap<V>(capacity: number): BoundedMap<V> {
  const generation = Math.max(1, Math.floor(capacity / 2))
  let young = new Map<string, V>()
  let old = new Map<string, V>()
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set(key, value) {
      if (young.size >= generation && !young.has(key)) {
        old = young
        young = new Map()
      }
      young.set(key, value)
    },
    size: () => young.size + old.size,
  }
}
