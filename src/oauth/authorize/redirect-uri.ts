import type { Application } from '../../model/application.ts'
import { isConfidential } from '../../model/application.ts'

/** RFC 8252 §7.3. By address only: a name may resolve to something that is not this machine (§8.3). */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?]|$)/

/** Equal character by character (RFC 9700 §2.1); a native application's loopback port is its to choose. */
export function isRegisteredRedirectUri(uri: string, application: Application): boolean {
  if (application.redirectUris.includes(uri)) return true
  if (application.type !== 'native' || !LOOPBACK.test(uri)) return false
  const portless = withoutPort(uri)
  return application.redirectUris.some(
    (registered) => LOOPBACK.test(registered) && withoutPort(registered) === portless,
  )
}

/**
 * RFC 8252 §8.6: any program on the machine can claim a loopback port or a scheme, and a public client
 * cannot show which one it is. So nothing granted before answers in the person's place.
 */
export const mayBeImpersonated = (application: Application, redirectUri: string): boolean =>
  !isConfidential(application) && (LOOPBACK.test(redirectUri) || !/^https?:\/\//i.test(redirectUri))

const withoutPort = (uri: string): string =>
  uri.replace(LOOPBACK, (origin) => origin.replace(/:\d{1,5}$/, ''))
