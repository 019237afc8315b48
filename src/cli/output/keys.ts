import {
  count,
  flag,
  instant,
  list,
  map,
  oneOf,
  optional,
  orNull,
  printed,
  record,
  text,
} from './form.ts'

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

export const KeyImport = printed('KeyImport', 'A key that was taken in (tokenidp keys import).', {
  tenant: text(),
  kid: text('Its RFC 7638 thumbprint.'),
  algorithm: text('Of JWA.'),
  state: oneOf(['pending']),
  knownAt: instant('From then on verifiers know it.'),
  activateAt: orNull(instant('When it is to sign.')),
  certificate: orNull(
    record({ subject: text(), validUntil: instant('It is not valid any more then.') }),
  ),
})

export const KeyStep = printed('KeyStep', 'What became of a key (tokenidp keys promote, retire).', {
  tenant: text(),
  action: oneOf(['promote', 'retire']),
  kid: text(),
  algorithm: text('Of JWA.'),
  superseded: orNull(text('The key that signed so far.')),
})

export const KeyRevocation = printed(
  'KeyRevocation',
  'A key that nobody may trust (tokenidp keys revoke).',
  {
    tenant: text(),
    kid: text(),
    algorithm: text('Of JWA.'),
    standbys: list(text(), 'Keys on standby that went with it.'),
    successor: orNull(text('What signs from now on, where it did.')),
    endedGrants: orNull(count('What was issued while it signed; null without --end-grants.')),
    mustBeTold: record({
      resources: list(text('Their identifiers.')),
      applications: list(text('Their names.')),
    }),
  },
)

export const KeyDiagnosis = printed('KeyDiagnosis', 'How keys are (tokenidp keys doctor).', {
  isGood: flag('Nothing is bad.'),
  tenants: list(record({ tenant: text(), findings: list(finding) })),
})
