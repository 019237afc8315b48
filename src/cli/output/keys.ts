import { flag, list, map, oneOf, optional, orNull, printed, record, text } from './form.ts'

export const PublicKeys = printed(
  'PublicKeys',
  'What the servers publish (tokenidp keys export --public).',
  {
    tenant: text(),
    issuer: text(),
    keys: list(map('Open: a public JWK (RFC 7517 §4).')),
  },
)

const finding = record({
  check: text('What was looked at.'),
  outcome: oneOf(['good', 'bad', 'unknown']),
  message: text(),
  next: optional(text('What to do about it.')),
})

export const TokenDiagnosis = printed('TokenDiagnosis', 'What a token is (tokenidp doctor).', {
  isGood: flag('It may be used now.'),
  form: oneOf(['jwt', 'opaque', 'encrypted', 'unknown']),
  use: orNull(text('For instance access_token.')),
  tenant: orNull(text()),
  application: orNull(text()),
  user: orNull(text()),
  findings: list(finding),
})
