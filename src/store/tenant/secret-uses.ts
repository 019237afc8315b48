import type { EpochSeconds, Seconds } from '../../base/time.ts'
import type { Engine } from '../engine.ts'
import type { SecretUses } from '../port.ts'

/** Fine enough to see that nobody uses a secret any more, and no write per request. */
const EVERY: Seconds = 3600
const MOST = 100_000

/** What this process has noted; shared by the handles of all tenants. */
export type NotedUses = Map<string, EpochSeconds>

export const secretUses = (engine: Engine, tenant: string, noted: NotedUses): SecretUses => ({
  async note(applicationUid, secretId, now) {
    const key = `${tenant} ${applicationUid} ${secretId}`
    if (now - (noted.get(key) ?? 0) < EVERY) return
    if (noted.size >= MOST) noted.clear()
    noted.set(key, now)
    await engine.statement((db) =>
      db
        .insertInto('secret_use')
        .values({ tenant, application_uid: applicationUid, secret_id: secretId, used_at: now })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'application_uid', 'secret_id'])
            .doUpdateSet({ used_at: now })
            .where('secret_use.used_at', '<', now),
        )
        .execute(),
    )
  },

  async list(applicationUid) {
    const rows = await engine.read((db) =>
      db
        .selectFrom('secret_use')
        .select(['application_uid', 'secret_id', 'used_at'])
        .where('tenant', '=', tenant)
        .$if(applicationUid !== undefined, (uses) =>
          uses.where('application_uid', '=', applicationUid ?? ''),
        )
        .execute(),
    )
    const byApplication = Map.groupBy(rows, (row) => row.application_uid)
    return new Map(
      [...byApplication].map(([uid, uses]) => [
        uid,
        new Map(uses.map((use) => [use.secret_id, use.used_at])),
      ]),
    )
  },
})
