import { Type } from 'typebox'
import {
  absoluteUri,
  closed,
  documentOf,
  formedText,
  list,
  nameMetadata,
  oneOf,
  setOf,
  slug,
  text,
} from './common.ts'
import { rateLimits } from './environment/rate-limits.ts'

const tls = closed(
  {
    cert: text(['The certificate chain in PEM, relative to the project file.', 'tls/cert.pem']),
    key: text(['The private key in PEM, relative to the project file.', 'tls/key.pem']),
  },
  ['Serve HTTPS with these files.', { cert: 'tls/cert.pem', key: 'tls/key.pem' }],
)

const database = closed(
  {
    url: formedText(
      '^(sqlite:|postgres(ql)?://).+$',
      'sqlite:<path> or postgres://<host>/<database>',
      [
        'The database when neither a flag nor a variable names one. Never with a password.',
        'sqlite:.tokenidp/tokenidp.db',
      ],
    ),
  },
  ['Where the applied state and everything at run time is kept.', { url: 'sqlite:tokenidp.db' }],
)

const projectSpec = closed(
  {
    id: Type.Optional(
      slug(['Who owns the objects in the database; the name by default.', 'acme-identity']),
    ),
    include: Type.Optional(
      list(text(['A glob, relative to the project file.', '**/*.yaml']), [
        'The files that belong to the project.',
        ['**/*.yaml'],
      ]),
    ),
    rootTenant: Type.Optional(
      slug(['The tenant that is served at the root of the public URL.', 'acme']),
    ),
    database: Type.Optional(database),
    listen: Type.Optional(
      formedText('^(\\[[0-9A-Fa-f:.]+\\]|[^:\\s\\[\\]]+):[0-9]{1,5}$', 'host:port', [
        'Where serve listens.',
        '127.0.0.1:4000',
      ]),
    ),
    tls: Type.Optional(tls),
    trustedProxies: Type.Optional(
      setOf(
        formedText(
          '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$',
          'an address or a network, such as 10.0.0.0/8 or ::1',
          ['The address of a proxy, or its network.', '10.0.0.0/8'],
        ),
        [
          'Proxies in front of serve: the client address they report (X-Forwarded-For, Forwarded) is believed.',
          ['10.0.0.0/8', '::1'],
        ],
      ),
    ),
  },
  ['Settings of the whole project.', { include: ['**/*.yaml'] }],
)

export const Project = documentOf(
  'Project',
  'The root of a configuration: the document in tokenidp.yaml.',
  {
    metadata: nameMetadata(slug(['The name of the project.', 'acme-identity'])),
    spec: Type.Optional(projectSpec),
  },
)

export const Environment = documentOf('Environment', 'A place where the configuration runs.', {
  metadata: nameMetadata(slug(['What -e takes.', 'prod'])),
  spec: closed(
    {
      kind: oneOf(
        ['dev', 'production'],
        [
          'dev allows literal secrets, declared users and plain http; production does not.',
          'production',
        ],
      ),
      publicUrl: absoluteUri([
        'Scheme, host and port as browsers see them. Issuers begin with it.',
        'https://id.acme.example',
      ]),
      rateLimits: Type.Optional(rateLimits),
    },
    [
      'What sets this environment apart.',
      { kind: 'production', publicUrl: 'https://id.acme.example' },
    ],
  ),
})
