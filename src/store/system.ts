import { sql } from 'kysely'
import type { Engine } from './engine.ts'
import type { ServerInstance, SystemStore } from './port.ts'

export const systemStore = (engine: Engine, bell: Set<() => void>): SystemStore => ({
  ...configuration(engine),
  ...outbox(engine, bell),
})

type Outbox = Pick<SystemStore, 'tenantsWithDue' | 'onDelivery' | 'forgetDeliveries'>

const configuration = (engine: Engine): Omit<SystemStore, keyof Outbox> => ({
  async head() {
    const row = await engine.read((db) =>
      db
        .selectFrom('config_head')
        .select(['revision_id', 'generation'])
        .where('owner', '=', '')
        .executeTakeFirstOrThrow(),
    )
    return { revision: row.revision_id, generation: row.generation }
  },

  async heartbeat({ id, host, version, activeRevision, state, lastSeen }) {
    const row = { host, version, active_revision: activeRevision, state, last_seen: lastSeen }
    await engine.statement((db) =>
      db
        .insertInto('server_instance')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute(),
    )
  },

  async removeInstance(id) {
    await engine.statement((db) => db.deleteFrom('server_instance').where('id', '=', id).execute())
  },

  async instances() {
    const rows = await engine.read((db) =>
      db.selectFrom('server_instance').selectAll().orderBy('id').execute(),
    )
    return rows.map((row) => ({
      id: row.id,
      host: row.host,
      version: row.version,
      activeRevision: row.active_revision,
      state: row.state as ServerInstance['state'],
      lastSeen: row.last_seen,
    }))
  },
})

const outbox = (engine: Engine, bell: Set<() => void>): Outbox => ({
  async tenantsWithDue(now) {
    const rows = await engine.read((db) =>
      db
        .selectFrom('delivery')
        .select('tenant')
        .distinct()
        // Written out, so that the databases see that the index of what is due will do.
        .where('state', '=', sql.lit('pending' as const))
        .where('next_attempt_at', '<=', now)
        .execute(),
    )
    return rows.map((row) => row.tenant)
  },

  onDelivery(listener) {
    bell.add(listener)
    return () => {
      bell.delete(listener)
    }
  },

  async forgetDeliveries(before, limit) {
    const { numDeletedRows } = await engine.statement((db) =>
      db
        .deleteFrom('delivery')
        .where((each) =>
          each(
            each.refTuple('tenant', 'id'),
            'in',
            each
              .selectFrom('delivery')
              .select(['tenant', 'id'])
              .where('created_at', '<', before)
              .orderBy('created_at')
              .limit(limit)
              .$asTuple('tenant', 'id'),
          ),
        )
        .executeTakeFirst(),
    )
    return Number(numDeletedRows)
  },
})
