import { sql } from 'kysely'
import type { Engine } from './engine.ts'
import type { ServerInstance, SystemStore } from './port.ts'
import type { InstanceRow } from './rows/configuration.ts'

export const systemStore = (engine: Engine, bell: Set<() => void>): SystemStore => ({
  ...configuration(engine),
  ...outbox(engine, bell),
})

type Outbox = Pick<SystemStore, 'tenantsWithDue' | 'onDelivery'>

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

  now: () => engine.now(),
  onRevision: engine.onRevision,

  async heartbeat(instance) {
    const { id, ...row } = instanceRow(instance)
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
    return rows.map(instanceOf)
  },

  async forgetInstances(before) {
    await engine.statement((db) =>
      db.deleteFrom('server_instance').where('last_seen', '<', before).execute(),
    )
  },
})

const instanceRow = (instance: ServerInstance): InstanceRow => ({
  id: instance.id,
  host: instance.host,
  version: instance.version,
  active_revision: instance.activeRevision,
  target_revision: instance.targetRevision,
  state: instance.state,
  error: instance.error ?? null,
  last_seen: instance.lastSeen,
})

const instanceOf = (row: InstanceRow): ServerInstance => ({
  id: row.id,
  host: row.host,
  version: row.version,
  activeRevision: row.active_revision,
  targetRevision: row.target_revision ?? row.active_revision,
  state: row.state as ServerInstance['state'],
  error: row.error ?? undefined,
  lastSeen: row.last_seen,
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
})
