import type { Engine } from '../engine.ts'
import type { TenantStore } from '../port.ts'
import { accessTokens } from './access-tokens.ts'
import { attempts } from './attempts.ts'
import { authorizations } from './authorizations.ts'
import { codes } from './codes.ts'
import { consents } from './consents.ts'
import { devices } from './devices.ts'
import { guesses } from './guesses.ts'
import { interactions } from './interactions.ts'
import { keys } from './keys.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { sessions } from './sessions.ts'
import { users } from './users.ts'

/** Every statement in this folder names the tenant; whoever holds the handle cannot name another. */
export const tenantStore = (engine: Engine, tenant: string): TenantStore => ({
  users: users(engine, tenant),
  attempts: attempts(engine, tenant),
  sessions: sessions(engine, tenant),
  interactions: interactions(engine, tenant),
  consents: consents(engine, tenant),
  authorizations: authorizations(engine, tenant),
  codes: codes(engine, tenant),
  accessTokens: accessTokens(engine, tenant),
  refreshTokens: refreshTokens(engine, tenant),
  keys: keys(engine, tenant),
  devices: devices(engine, tenant),
  guesses: guesses(engine, tenant),
})
