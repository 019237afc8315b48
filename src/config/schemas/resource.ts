import { Type } from 'typebox'
import { SIGNING_ALGORITHMS } from '../../model/key.ts'
import { resourceClaims } from './claims.ts'
import {
  closed,
  documentOf,
  duration,
  list,
  oneOf,
  profile,
  resourceUri,
  scopeName,
  setOf,
  slug,
  tenantMetadata,
  text,
} from './common.ts'

const displayName = Type.Optional(
  text(['What people read on the consent page.', 'Read your orders']),
)
const description = Type.Optional(
  text(['A sentence below it.', 'Shows what you ordered and when.']),
)

const tokens = closed(
  {
    format: Type.Optional(
      oneOf(['jwt', 'opaque'], ['jwt is verified offline, opaque is introspected.', 'jwt']),
    ),
    algorithm: Type.Optional(
      oneOf(SIGNING_ALGORITHMS, ['What JWT access tokens are signed with.', 'ES256']),
    ),
    ttl: Type.Optional(duration(['How long an access token is valid.', '15m'])),
  },
  ['Access tokens for this resource.', { format: 'jwt', ttl: '15m' }],
)

const inlineScope = closed(
  { name: scopeName(['As applications ask for it.', 'orders:read']), displayName, description },
  ['Something an application may be allowed to do here.', { name: 'orders:read' }],
)

const resourceSpec = closed(
  {
    identifier: resourceUri(['The audience of its tokens (RFC 8707).', 'https://api.acme.example']),
    profile: profile('api-default'),
    displayName: Type.Optional(text(['What people read.', 'Orders'])),
    scopes: Type.Optional(list(inlineScope, ['Its scopes.', [{ name: 'orders:read' }]])),
    tokens: Type.Optional(tokens),
    claims: resourceClaims,
    introspectors: Type.Optional(
      setOf(slug(['The name of an application.', 'worker']), [
        'The applications that may look into tokens meant for this resource.',
        ['worker'],
      ]),
    ),
  },
  ['What the resource is.', { identifier: 'https://api.acme.example' }],
)

export const Resource = documentOf('Resource', 'An API that access tokens are for.', {
  metadata: tenantMetadata(slug(['Unique within the tenant.', 'orders-api']), 'orders-api'),
  spec: resourceSpec,
})

export const Scope = documentOf('Scope', 'A scope of the tenant that belongs to no resource.', {
  metadata: tenantMetadata(scopeName(['As applications ask for it.', 'loyalty']), 'loyalty'),
  spec: Type.Optional(
    closed(
      {
        displayName,
        description,
        claims: Type.Optional(
          setOf(text(['The name of a claim.', 'loyalty_tier']), [
            'The claims about a person that it releases at userinfo.',
            ['loyalty_tier'],
          ]),
        ),
      },
      ['What the scope means.', { displayName: 'Loyalty' }],
    ),
  ),
})
