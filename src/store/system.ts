import type { Engine } from './engine.ts'
import type { ServerInstance, SystemStore } from './port.ts'

export const systemStore = (engine: Engine): SystemStore => ({
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
