import { Type } from 'typebox'
import { TLS_VERSIONS } from '../../base/tls.ts'
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
import { policy } from './project/policy.ts'
import { declaredVariables, variableValues } from './project/vars.ts'

const tls = closed(
  {
    cert: text(['The certificate chain in PEM, relative to the project file.', 'tls/cert.pem']),
    key: text(['The private key in PEM, relative to the project file.', 'tls/key.pem']),
    ciphers: Type.Optional(
      formedText('^[A-Za-z0-9_:!-]+$', 'names of OpenSSL with colons between them', [
        'The cipher suites, best first. By default those of BCP 195: ECDHE with AES-GCM or ChaCha20, and TLS 1.3.',
        'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384',
      ]),
    ),
    minVersion: Type.Optional(
      oneOf(TLS_VERSIONS, ['The oldest version of TLS; TLSv1.2 by default.', 'TLSv1.3']),
    ),
  },
  ['Serve HTTPS with these files.', { cert: 'tls/cert.pem', key: 'tls/key.pem' }],
)

const address = (about: readonly [string, string]) =>
  formedText('^(\\[[0-9A-Fa-f:.]+\\]|[^:\\s\\[\\]]+):[0-9]{1,5}$', 'host:port', about)

const mtls = closed(
  {
    listen: address(['Where it listens; never where browsers go.', '127.0.0.1:4443']),
    publicUrl: Type.Optional(
      absoluteUri([
        'How clients reach it: https, host and port. By default the host of the issuer and the port of listen.',
        'https://mtls.acme.example',
      ]),
    ),
  },
  [
    'A second address, with the certificate of tls, that asks clients for theirs (RFC 8705). Discovery publishes it as mtls_endpoint_aliases.',
    { listen: '127.0.0.1:4443' },
  ],
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
    vars: Type.Optional(declaredVariables),
    ...policy,
    database: Type.Optional(database),
    listen: Type.Optional(address(['Where serve listens.', '127.0.0.1:4000'])),
    tls: Type.Optional(tls),
    mtls: Type.Optional(mtls),
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
    clientCertificateHeader: Type.Optional(
      formedText('^[A-Za-z0-9-]{1,64}$', 'letters, digits and hyphens', [
        'The header in which trusted proxies tell the certificate of a client, as URL-encoded PEM ($ssl_client_escaped_cert of nginx). They must set it in every request, or remove what clients wrote there.',
        'X-Client-Cert',
      ]),
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

const outbound = closed(
  {
    allow: Type.Optional(
      setOf(
        formedText('^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?$', 'a host or host:port', [
          'A host, or a host and a port.',
          'crm.internal:8443',
        ]),
        [
          'Hosts that may have private addresses; in kind: dev also plain http.',
          ['crm.internal:8443'],
        ],
      ),
    ),
    ca: Type.Optional(
      text([
        'Certificates in PEM to trust besides the system’s: a file, relative to the project file and inside its folder. Its contents are applied.',
        'tls/internal-ca.pem',
      ]),
    ),
  },
  [
    'The requests this server sends: to jwks_uri, logout and notification addresses. Only https to public addresses, unless said here.',
    { allow: ['crm.internal:8443'] },
  ],
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
      vars: Type.Optional(variableValues),
      rateLimits: Type.Optional(rateLimits),
      outbound: Type.Optional(outbound),
    },
    [
      'What sets this environment apart.',
      { kind: 'production', publicUrl: 'https://id.acme.example' },
    ],
  ),
})
