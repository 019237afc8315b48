import type { Seconds } from '../../base/time.ts'
import type { Engine } from '../engine.ts'
import type { Assertions } from '../port.ts'

/** How far a server's clock may be ahead of one that accepts the assertion still. */
const SKEW: Seconds = 300

export const assertions = (engine: Engine, tenant: string): Assertions => ({
  async use(applicationUid, { digest, expiresAt }, now) {
    // A row is there once: whoever finds it there, and alive, comes second.
    const won = await engine.statement((db) =>
      db
        .insertInto('client_assertion')
        .values({ tenant, application_uid: applicationUid, digest, expires_at: expiresAt })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'application_uid', 'digest'])
            .doUpdateSet({ expires_at: expiresAt })
            .where('client_assertion.expires_at', '<=', now - SKEW),
        )
        .returning('digest')
        .executeTakeFirst(),
    )
    return won === undefined ? 'replayed' : 'fresh'
  },
})
