import type { Application } from '../model/application.ts'
import type { Tenant } from '../model/tenant.ts'
import { OAuthError } from '../oauth/errors.ts'

/** Where a person whose sign-in cannot go on may begin another one. */
export interface StartAgain {
  readonly href: string
  /** The application's name. */
  readonly at: string
}

/** A sign-in that is over. Its page offers the way back to the application that knows how to begin one. */
export class SignInOver extends OAuthError {
  readonly startAgain: StartAgain | undefined

  constructor(description: string, startAgain?: StartAgain) {
    super('invalid_request', description)
    this.startAgain = startAgain
  }
}

/** OpenID Connect Core §4: third-party initiated login. */
export function startAgainAt(
  application: Application | undefined,
  { issuer }: Tenant,
): StartAgain | undefined {
  const uri = application?.isDisabled ? undefined : application?.initiateLoginUri
  if (application === undefined || uri === undefined) return undefined
  const href = `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: issuer })}`
  return { href, at: application.displayName }
}
