import type { Engine } from '../engine.ts'
import type { TenantStore } from '../port.ts'
import { accessTokens } from './access-tokens.ts'
import { apiTokens } from './api-tokens.ts'
import { assertions } from './assertions.ts'
import { attempts } from './attempts.ts'
import { authorizations } from './authorizations.ts'
import { backchannelRequests } from './backchannel-requests.ts'
import { codes } from './codes.ts'
import { consents } from './consents.ts'
import { deliveries } from './deliveries.ts'
import { devices } from './devices.ts'
import { guesses } from './guesses.ts'
import { interactions } from './interactions.ts'
import { keys } from './keys.ts'
import { pushedRequests } from './pushed-requests.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { type NotedUses, secretUses } from './secret-uses.ts'
import { sessions } from './sessions.ts'
import { subjects } from './subjects.ts'
import { users } from './users.ts'

/** What the handles of all tenants share. */
export interface Shared {
  readonly ring: () => void
  readonly noted: NotedUses
}

/**
 * Every statement in this folder names the tenant; whoever holds the handle cannot name another.
 * `ring` follows every transaction that may have left something to deliver.
 */
export const tenantStore = (
  engine: Engine,
  tenant: string,
  { ring, noted }: Shared,
): TenantStore => ({
  users: users(ringing(engine, ring), tenant),
  subjects: subjects(engine, tenant),
  attempts: attempts(engine, tenant),
  sessions: sessions({ engine, ringing: ringing(engine, ring) }, tenant),
  interactions: interactions(engine, tenant),
  pushedRequests: pushedRequests(engine, tenant),
  consents: consents(engine, tenant),
  authorizations: authorizations(engine, tenant),
  backchannelRequests: backchannelRequests(ringing(engine, ring), tenant),
  codes: codes(engine, tenant),
  accessTokens: accessTokens(engine, tenant),
  apiTokens: apiTokens(engine, tenant),
  refreshTokens: refreshTokens(engine, tenant),
  keys: keys(engine, tenant),
  devices: devices(engine, tenant),
  guesses: guesses(engine, tenant),
  deliveries: deliveries(ringing(engine, ring), tenant),
  assertions: assertions(engine, tenant),
  secretUses: secretUses(engine, tenant, noted),
})

/** Rings for nothing now and then; whoever hears it looks whether there is something. */
const ringing = (engine: Engine, ring: () => void): Engine => ({
  ...engine,
  async transaction(job) {
    const result = await engine.transaction(job)
    ring()
    return result
  },
})
