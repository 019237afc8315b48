import type { ErrorDoc } from './error-doc.ts'

/** Errors about the person. */
export const ABOUT_PEOPLE: Readonly<Record<string, ErrorDoc>> = {
  access_denied: {
    means: 'Somebody said no.',
    causes: [
      'The person pressed Deny or Cancel.',
      'The operator does not allow this person or this application here.',
    ],
    remedy: 'Tell the person that nothing was shared, and offer to begin again.',
    specification: ['RFC 6749 §4.1.2.1', 'https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1'],
  },
  login_required: {
    means: 'Nobody is signed in, and no page may be shown.',
    causes: [
      'prompt=none was sent and there is no session, or its sign-in is older than max_age.',
      'The browser did not send its cookies: a page of another site in a frame does not get them.',
    ],
    remedy: 'Send the browser again without prompt=none.',
    specification: [
      'OpenID Connect Core §3.1.2.6',
      'https://openid.net/specs/openid-connect-core-1_0.html#AuthError',
    ],
  },
  consent_required: {
    means: 'The person has to agree first, and no page may be shown.',
    causes: [
      'prompt=none was sent for scopes that were not agreed to.',
      'The application cannot prove who it is, so that agreement is asked for each time.',
    ],
    remedy: 'Send the browser again without prompt=none.',
    specification: [
      'OpenID Connect Core §3.1.2.6',
      'https://openid.net/specs/openid-connect-core-1_0.html#AuthError',
    ],
  },
  interaction_required: {
    means: 'The person has to do something first, and no page may be shown.',
    causes: ['prompt=none was sent, and a step of the sign-in is still open.'],
    remedy: 'Send the browser again without prompt=none.',
    specification: [
      'OpenID Connect Core §3.1.2.6',
      'https://openid.net/specs/openid-connect-core-1_0.html#AuthError',
    ],
  },
  account_selection_required: {
    means: 'Several people are signed in to this browser, and no page may be shown to choose.',
    causes: ['prompt=none was sent without id_token_hint or login_hint.'],
    remedy: 'Send a hint about who is meant, or send the browser again without prompt=none.',
    specification: [
      'OpenID Connect Core §3.1.2.6',
      'https://openid.net/specs/openid-connect-core-1_0.html#AuthError',
    ],
  },
  unmet_authentication_requirements: {
    means: 'The way of signing in that was asked for cannot be had.',
    causes: ['acr was asked for as essential, with values that this provider does not offer.'],
    remedy: 'Ask for one of acr_values_supported in the metadata, or ask voluntarily.',
    specification: [
      'OpenID Connect Core Error Code unmet_authentication_requirements §2',
      'https://openid.net/specs/openid-connect-unmet-authentication-requirements-1_0.html',
    ],
  },
}
