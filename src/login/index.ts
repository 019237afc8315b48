/**
 * The browser's side: authorization requests, sign-in, consent, sign-out and their pages. One dispatcher
 * says what comes next; every step returns to it. Knows no framework and no SQL.
 */
import type { Passwords } from '../base/password.ts'
import type { Endpoint } from '../oauth/endpoints/endpoint.ts'
import { account } from './account.ts'
import { assets } from './assets.ts'
import { authorize } from './authorize.ts'
import { inbox } from './ciba/inbox.ts'
import { openLink } from './ciba/open-link.ts'
import { testHook } from './ciba/test-hook.ts'
import { device } from './device.ts'
import { errorDocsEndpoint } from './error-docs/index.ts'
import { logout } from './logout.ts'
import { sessions } from './sessions.ts'
import { consentStep } from './steps/consent.ts'
import { passwordStep } from './steps/password.ts'
import { selectAccountStep } from './steps/select-account.ts'

export { errorDocs } from './error-docs/index.ts'
export { html } from './html.ts'
export { errorPage } from './pages/error.tsx'
export { SignInOver } from './start-again.ts'

export const loginEndpoints = (passwords: Passwords): readonly Endpoint[] => [
  authorize,
  passwordStep(passwords),
  selectAccountStep,
  consentStep,
  inbox,
  openLink,
  testHook,
  logout,
  account,
  sessions,
  device,
  assets,
  errorDocsEndpoint,
]
