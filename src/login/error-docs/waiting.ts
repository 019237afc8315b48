import type { ErrorDoc } from './error-doc.ts'

/** Errors while somebody is asked on another device. */
export const WHILE_WAITING: Readonly<Record<string, ErrorDoc>> = {
  authorization_pending: {
    means: 'The person has not decided yet. This is the usual answer while a device waits.',
    causes: ['The code is valid, and nobody has approved or denied it so far.'],
    remedy: 'Ask again after the interval that came with the code.',
    specification: ['RFC 8628 §3.5', 'https://www.rfc-editor.org/rfc/rfc8628#section-3.5'],
  },
  slow_down: {
    means: 'The application asks too often.',
    causes: ['The next question came before the interval had passed.'],
    remedy: 'Add five seconds to the interval, and keep to it from now on.',
    specification: ['RFC 8628 §3.5', 'https://www.rfc-editor.org/rfc/rfc8628#section-3.5'],
  },
  expired_token: {
    means: 'The code has ended before somebody approved it.',
    causes: ['Nobody approved within the time that expires_in told.'],
    remedy: 'Begin again, once the person asks for it.',
    specification: ['RFC 8628 §3.5', 'https://www.rfc-editor.org/rfc/rfc8628#section-3.5'],
  },
  unknown_user_id: {
    means: 'The hint leads to nobody who could be asked.',
    causes: [
      'login_hint, login_hint_token or id_token_hint names a person who is unknown or disabled here.',
    ],
    remedy: 'Check the hint with the person.',
    specification: [
      'CIBA Core §13',
      'https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html',
    ],
  },
  missing_user_code: {
    means: 'The person has a code that has to be sent along.',
    causes: ['user_code is missing.'],
    remedy: 'Ask the person for the code, and send it as user_code.',
    specification: [
      'CIBA Core §13',
      'https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html',
    ],
  },
  invalid_user_code: {
    means: 'The code of the person is wrong.',
    causes: [
      'user_code was mistyped.',
      'The person has no code yet.',
      'Too many wrong ones were sent: for this person, or by this application.',
    ],
    remedy: 'Ask the person for the code again; after several wrong ones, later.',
    specification: [
      'CIBA Core §13',
      'https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html',
    ],
  },
  invalid_binding_message: {
    means: 'The message for the person cannot be shown.',
    causes: ['It is too long, or holds characters that are not shown.'],
    remedy: 'Send a few plain characters that the person can compare.',
    specification: [
      'CIBA Core §13',
      'https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html',
    ],
  },
  transaction_failed: {
    means: 'The request for approval failed in a way that nobody chose.',
    causes: ['The person could not be reached, or an error stopped the approval.'],
    remedy: 'Begin again.',
    specification: [
      'CIBA Core §11',
      'https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html',
    ],
  },
  expired_login_hint_token: {
    means: 'The login_hint_token has ended.',
    causes: ['It is older than it may be.'],
    remedy: 'Get a new one from whoever issued it.',
    specification: [
      'CIBA Core §13',
      'https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html',
    ],
  },
}
