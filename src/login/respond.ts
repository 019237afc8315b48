import type { Application } from '../model/application.ts'
import { addressWith, codeAnswer, errorAnswer, type Target } from '../oauth/authorize/index.ts'
import type { Context } from '../oauth/context.ts'
import type { OAuthError } from '../oauth/errors.ts'
import { type Reply, seeOther } from '../oauth/exchange.ts'
import { html } from './html.ts'
import { onwardFrom } from './onward.ts'
import { formPostPage, SUBMIT } from './pages/form-post.tsx'

/** What an application is told about its authorization request. */
type Outcome = { readonly code: string } | { readonly error: OAuthError }

/** The one way back to the application: whatever the answer is, it travels as the request asked. */
export function respond(
  target: Target,
  outcome: Outcome,
  { tenant, application }: Pick<Context, 'tenant'> & { readonly application: Application },
): Reply {
  const answer =
    'code' in outcome
      ? codeAnswer(target, outcome.code, tenant.issuer)
      : errorAnswer(target, outcome.error, tenant.issuer)
  if (target.responseMode !== 'form_post') return seeOther(addressWith(answer, target))
  const { redirectUri } = target
  return html(formPostPage({ tenant, action: redirectUri, fields: answer }), {
    tenant,
    leadsOnlyTo: onwardFrom(redirectUri, application),
    script: SUBMIT,
    // Of another origin, so that with `same-origin` its Origin would be `null`.
    headers: { 'referrer-policy': 'strict-origin' },
  })
}
