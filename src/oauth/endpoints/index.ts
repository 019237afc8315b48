/** The protocol's endpoints: one file each, and this list. Router and metadata both read it. */
import type { Capabilities, MutualTls } from '../../model/capabilities.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { backchannelAuthentication } from './backchannel-authentication.ts'
import { deviceAuthorization } from './device-authorization.ts'
import { discovery } from './discovery.ts'
import type { Endpoint } from './endpoint.ts'
import { introspect } from './introspect.ts'
import { jwks } from './jwks.ts'
import { keyinfo } from './keyinfo.ts'
import { par } from './par.ts'
import { revoke } from './revoke.ts'
import { token } from './token.ts'
import { userinfo } from './userinfo.ts'

const ENDPOINTS: readonly Endpoint[] = [
  token,
  userinfo,
  introspect,
  keyinfo,
  revoke,
  backchannelAuthentication,
  deviceAuthorization,
  par,
  jwks,
]

/** Everything that is served below an issuer, given what the browser's side adds, and what it adds up to. */
export function endpointsWith(
  more: readonly Endpoint[],
  mutualTls?: MutualTls,
): {
  readonly endpoints: readonly Endpoint[]
  readonly capabilities: Capabilities
} {
  const served = [...more, ...ENDPOINTS]
  const capabilities = capabilitiesOf(served, mutualTls)
  return { endpoints: [...served, discovery(capabilities)], capabilities }
}
