import type { LogoutNotice } from '../model/application.ts'
import type { Tenant } from '../model/tenant.ts'
import type { Visited } from '../store/port.ts'

/** OpenID Connect Front-Channel Logout §3: where a frame is to be opened for the sessions that ended. */
export const logoutFrames = (
  visited: readonly Visited[],
  { applicationsByUid, issuer }: Tenant,
): readonly string[] =>
  visited.flatMap(({ applicationUid, sid }) => {
    const application = applicationsByUid.get(applicationUid)
    const notice = application?.frontchannelLogout
    if (notice === undefined || application?.isDisabled) return []
    return [addressOf(notice, issuer, sid)]
  })

/** The registered address, with who and which session if it is to be named: both or neither. */
function addressOf({ uri, isSessionRequired }: LogoutNotice, iss: string, sid: string): string {
  if (!isSessionRequired) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss, sid })}`
}
