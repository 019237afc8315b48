import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { getRounds, truncates } from 'bcryptjs'
import type { Piscina } from 'piscina'
import type { BcryptTask } from './bcrypt-worker.ts'
import { boundedQueue } from './bounded-queue.ts'

export type PasswordAlgorithm = 'argon2id' | 'bcrypt'

/** Hashes and checks passwords away from the event loop, a few at a time. */
export interface Passwords {
  hash(password: string, algorithm?: PasswordAlgorithm): Promise<string>
  verify(password: string, stored: string): Promise<boolean>
  close(): Promise<void>
}

/** bcrypt looks at 72 bytes, and ends at a NUL: it would accept any ending after them. */
export class PasswordTooLong extends Error {
  override readonly name = 'PasswordTooLong'
}

const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const ARGON2ID_PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$'
const BCRYPT_COST = 12
const BCRYPT_WORKERS = 2
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/

/** Salt and hash of passwords nobody knows. */
const NOBODY = {
  argon2id: 'M71Jzj6Ja5UUVZQYh1QZDQ$OjiwBLOKdeA+OxZzchWduWieD/ii7PjGT/lbf/xNapQ',
  bcrypt: 's.qem3ECz7ZKmsKDObbILeZbpE/NzjAHrS/iQXKZYyJmIO7CJ4Vmm',
}

/**
 * `threads` is the size of libuv's pool: argon2 takes at most half of it, because signatures share it.
 * Beyond `waiting` calls in line the next one is refused with `QueueFull`.
 */
export function openPasswords({ threads = 4, waiting = 64 } = {}): Passwords {
  const argon2 = boundedQueue(Math.max(1, Math.floor(threads / 2)), waiting)
  let workers: Promise<Piscina> | undefined
  const bcryptQueue = boundedQueue(BCRYPT_WORKERS, waiting)
  const bcrypt = <T>(task: BcryptTask): Promise<T> => {
    workers ??= bcryptWorkers()
    const pool = workers
    return bcryptQueue(async () => (await pool).run(task) as Promise<T>)
  }

  return {
    async hash(password, algorithm = 'argon2id') {
      const text = normal(password)
      if (algorithm === 'argon2id') return argon2(() => argon2Hash(text, ARGON2ID))
      if (isCutOff(text)) throw new PasswordTooLong('bcrypt takes at most 72 bytes and no NUL')
      return bcrypt<string>({ password: text, cost: BCRYPT_COST })
    },
    async verify(password, stored) {
      const text = normal(password)
      if (BCRYPT.test(stored)) {
        const matches = await bcrypt<boolean>({ password: text, stored })
        return matches && !isCutOff(text)
      }
      return argon2(() => argon2Verify(stored, text))
    },
    async close() {
      await (await workers)?.destroy()
    },
  }
}

/** What to compare with instead of a hash, at the same price: without one, that of a new one. */
export function decoyFor(stored: string | undefined, algorithm: PasswordAlgorithm): string {
  const [, parameters] = /^(\$2[aby]\$\d\d\$|\$argon2id\$v=\d+\$[^$]+\$)/.exec(stored ?? '') ?? []
  const price = parameters ?? (algorithm === 'bcrypt' ? `$2b$${BCRYPT_COST}$` : ARGON2ID_PREFIX)
  return `${price}${price.startsWith('$2') ? NOBODY.bcrypt : NOBODY.argon2id}`
}

/** Whether a hash should be made again, now that the password is at hand. */
export function needsRehash(stored: string, wanted: PasswordAlgorithm): boolean {
  if (wanted === 'argon2id') return !stored.startsWith(ARGON2ID_PREFIX)
  return !BCRYPT.test(stored) || getRounds(stored) < BCRYPT_COST
}

/** RFC 8265 §4.2: keyboards differ in how they compose the same letter. */
const normal = (password: string): string => password.normalize('NFC')

const isCutOff = (password: string): boolean => truncates(password) || password.includes('\0')

/** The worker lies beside this file, as .ts in the sources and as .js in the build. Most servers never need one. */
async function bcryptWorkers(): Promise<Piscina> {
  const { Piscina } = await import('piscina')
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const filename = new URL(`./bcrypt-worker${extension}`, import.meta.url).href
  return new Piscina({ filename, minThreads: 0, maxThreads: BCRYPT_WORKERS, idleTimeout: 30_000 })
}
