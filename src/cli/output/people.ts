import { count, instant, list, oneOf, orNull, printed, record, text } from './form.ts'

const user = record({
  uid: text(),
  sub: text('Names the person in tokens.'),
  username: text(),
  email: orNull(text()),
  roles: list(text()),
  groups: list(text()),
  disabledAt: orNull(instant('Since when they may not sign in.')),
})

const told = list(text(), 'Applications that the servers tell.')

export const Users = printed('Users', 'The people of a tenant (tokenidp users list).', {
  tenant: text(),
  users: list(user),
})

export const User = printed('User', 'One person, after a change (tokenidp users …).', {
  tenant: text(),
  user,
})

export const Revocation = printed(
  'Revocation',
  'What ended for a person (tokenidp users revoke-all).',
  {
    tenant: text(),
    user,
    sessions: count('That ended.'),
    grants: count('That ended, with all their tokens.'),
    told,
  },
)

export const Sessions = printed('Sessions', 'Who is signed in (tokenidp sessions list).', {
  tenant: text(),
  sessions: list(
    record({
      id: text(),
      username: text(),
      signedInAt: instant('When the password was given.'),
      usedAt: instant('When it was seen last.'),
      expiresAt: instant('When it ends if nobody uses it.'),
      browser: orNull(text()),
      applications: list(text()),
    }),
    'The newest first.',
  ),
})

export const SessionEnd = printed('SessionEnd', 'Which sessions ended (tokenidp sessions end).', {
  tenant: text(),
  ended: list(text(), 'Their ids.'),
  told,
})

export const Deliveries = printed(
  'Deliveries',
  'What applications were told (tokenidp deliveries list).',
  {
    tenant: text(),
    deliveries: list(
      record({
        id: text(),
        application: text(),
        kind: text(),
        state: text(),
        attempts: count('So far.'),
        createdAt: instant('When it was to be told.'),
        nextAttemptAt: orNull(instant('While it waits.')),
        finishedAt: orNull(instant('When it arrived or was given up.')),
        lastError: orNull(text()),
      }),
    ),
  },
)

const algorithm = text('Of JWA.')

export const Keys = printed('Keys', 'The keys of a tenant (tokenidp keys list).', {
  tenant: text(),
  keys: list(
    record({
      kid: text(),
      algorithm,
      use: oneOf(['sig', 'enc']),
      state: oneOf(['pending', 'active', 'retiring', 'retired', 'compromised']),
      createdAt: instant('When it was made.'),
      age: count('Seconds since then.'),
      activateAt: orNull(instant('When it is to sign.')),
      activatedAt: orNull(instant('Since when it signs.')),
      verifyUntil: instant('Until when its signatures are taken.'),
      accessTokensAlive: count(
        'Access tokens it may have signed that are good now, counted up to 100000.',
      ),
      next: orNull(
        record({
          state: oneOf(['active', 'retiring', 'retired']),
          at: instant('When the servers see to it.'),
        }),
      ),
    }),
  ),
})

export const IssuedSecret = printed(
  'IssuedSecret',
  'A new secret of an application (tokenidp secrets rotate).',
  {
    address: text(),
    id: text(),
    secret: orNull(text('Told here and never again; null where it went into a file.')),
    expiresAt: orNull(instant('When it ends.')),
    ending: list(text(), 'The secrets that end because of it.'),
    endsAt: instant('When they end at the latest.'),
  },
)

export const Secrets = printed(
  'Secrets',
  'The secrets of applications, without their values (tokenidp secrets list).',
  {
    tenant: text(),
    secrets: list(
      record({
        application: text(),
        id: text(),
        origin: oneOf(['documents', 'issued'], 'issued: by secrets rotate.'),
        state: oneOf(['live', 'ending', 'ended']),
        endsAt: orNull(instant('Until when it works.')),
        usedAt: orNull(instant('When it was used last, to the hour.')),
      }),
    ),
  },
)

export const SecretsCheck = printed(
  'SecretsCheck',
  'Whether the secrets that documents refer to are here, without their values (tokenidp secrets check).',
  {
    environment: text(),
    secrets: list(
      record({
        reference: text('env:, file:, sops: or exec:, and what it names.'),
        object: text('The address of the object that uses it.'),
        id: text('Names the secret within the object.'),
        file: text('Where it is written, relative to the project file.'),
        line: count('In that file, from 1.'),
        state: oneOf(
          ['ok', 'missing', 'weak', 'expired'],
          'weak: empty, too short, or a sample of a public document.',
        ),
      }),
    ),
  },
)

export const KeyRotation = printed('KeyRotation', 'Which keys sign (tokenidp keys rotate).', {
  tenant: text(),
  rotations: list(
    record({
      algorithm,
      kid: text('The key that signs, or will.'),
      outcome: oneOf(['promoted', 'scheduled', 'superseded']),
      at: instant('From when on.'),
    }),
  ),
})

export const DatabaseStatus = printed(
  'DatabaseStatus',
  'The version of the database’s schema (tokenidp db …).',
  { current: count('0 where there is none.'), latest: count('That this program knows.') },
)

export const Init = printed('Init', 'What was written (tokenidp init).', {
  directory: text(),
  files: list(text()),
})

export const Version = printed('Version', 'The program (tokenidp version).', {
  version: text(),
  node: text(),
})

export const Validation = printed('Validation', 'The documents are valid (tokenidp validate).', {
  environments: list(
    record({
      name: text(),
      kind: oneOf(['dev', 'production']),
      objects: count('In this environment.'),
    }),
  ),
})
