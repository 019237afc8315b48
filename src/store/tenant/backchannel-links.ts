import type { Engine } from '../engine.ts'
import type { BackchannelRequests } from '../port.ts'

export type BackchannelLinks = Pick<BackchannelRequests, 'addLink' | 'openLink'>

export const backchannelLinks = (engine: Engine, tenant: string): BackchannelLinks => ({
  async addLink(uid, digest, expiresAt) {
    const link = { tenant, digest, request_uid: uid, expires_at: expiresAt, opened_at: null }
    await engine.statement((db) => db.insertInto('backchannel_link').values(link).execute())
  },

  // A link can stop being unopened only once, so one caller gets it back.
  async openLink(digest, userUids, now) {
    if (userUids.length === 0) return undefined
    const opened = await engine.statement((db) =>
      db
        .updateTable('backchannel_link')
        .set({ opened_at: now })
        .where('tenant', '=', tenant)
        .where('digest', '=', digest)
        .where('opened_at', 'is', null)
        .where('expires_at', '>', now)
        .where('request_uid', 'in', (each) =>
          each
            .selectFrom('backchannel_request')
            .select('uid')
            .where('tenant', '=', tenant)
            .where('user_uid', 'in', userUids),
        )
        .returning('request_uid')
        .executeTakeFirst(),
    )
    return opened?.request_uid
  },
})
