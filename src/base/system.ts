import type { Random } from './random.ts'
import type { Clock } from './time.ts'

export const systemClock: Clock = { milliseconds: () => Date.now() }

const POOL_BYTES = 4096
const pool = Buffer.allocUnsafe(POOL_BYTES)
let used = POOL_BYTES

/** Loaded at the first use: it takes longer than all else that `--help` needs. */
const fill = (bytes: Buffer): Buffer =>
  process.getBuiltinModule('node:crypto').randomFillSync(bytes)

/** The operating system's randomness, fetched in blocks: a call per token would be the costlier part. */
export const systemRandom: Random = {
  bytes(length) {
    if (length > POOL_BYTES / 4) return fill(Buffer.allocUnsafe(length))
    if (used + length > POOL_BYTES) {
      fill(pool)
      used = 0
    }
    const bytes = Buffer.from(pool.subarray(used, used + length))
    pool.fill(0, used, used + length)
    used += length
    return bytes
  },
}
