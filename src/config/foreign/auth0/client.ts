import type { JsonObject } from '../../../base/json.ts'
import {
  type ApplicationType,
  type Authentication,
  DEVICE_CODE,
  type GrantType,
} from '../../../model/application.ts'
import { SIGNING_ALGORITHMS } from '../../../model/key.ts'
import { KEY_POLICY } from '../../defaults.ts'
import type { Draft, Written } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { slugOf } from '../name.ts'
import { publicJwkOf } from '../public-key.ts'
import { lifetimeOf, MOST, textsOf } from '../said.ts'

const TYPES: Readonly<Record<string, ApplicationType>> = {
  spa: 'spa',
  native: 'native',
  regular_web: 'web',
  non_interactive: 'machine',
}

const METHODS: Readonly<Record<string, Authentication>> = {
  none: 'none',
  client_secret_post: 'client_secret_post',
  client_secret_basic: 'client_secret_basic',
}

/** One client of a tenant, with the scopes that were granted to it by name; undefined for what is no application here. */
export function clientOf(
  client: Foreign,
  granted: (name: string) => readonly Written[],
): Draft | undefined {
  const name = client.at('name').text()
  const clientId = client.at('client_id')
  const text = idOf(clientId, name)
  const kind = client.at('app_type').text()
  if (
    name === undefined ||
    text === undefined ||
    (kind !== undefined && !Object.hasOwn(TYPES, kind))
  ) {
    client.skip(`the client ${name ?? ''}`.trim(), whyNone(kind))
    for (const scope of granted(name ?? ''))
      scope.from.tell(`the scope ${scope.text} of a client that is left out`, whyNone(kind))
    return undefined
  }
  const auth = authOf(client)
  const grants = grantsOf(client, kind === 'non_interactive')
  const type = typeOf(kind, auth.method, grants)
  const signsIn = grants.some(
    ({ grant }) => grant === 'authorization_code' || grant === DEVICE_CODE,
  )
  return {
    from: client,
    clientId: { text, from: clientId },
    name,
    type,
    grants,
    redirectUris: textsOf(client.at('callbacks')),
    postLogoutRedirectUris: textsOf(client.at('allowed_logout_urls')),
    origins: [...textsOf(client.at('web_origins')), ...textsOf(client.at('allowed_origins'))],
    scopes: [
      ...(signsIn ? standardScopes(client, grants) : []),
      ...granted(name),
      ...(text === name ? [] : granted(text)),
    ],
    ...logoutOf(client.at('oidc_logout')),
    initiateLoginUri: writtenAt(client.at('initiate_login_uri')),
    ...(type === 'web' || type === 'machine' ? auth : { method: 'none', secrets: auth.secrets }),
    spec: specOf(client, { name, grants: grants.map(({ grant }) => grant) }),
  }
}

/** The deploy CLI leaves it out, unless it is told not to. */
function idOf(from: Foreign, name: string | undefined): string | undefined {
  const text = from.text()
  if (text !== undefined || name === undefined) return text
  from.tell(
    'the client_id, which is not in the export',
    'write the one that the application has in clientId',
  )
  return slugOf(name) || 'application'
}

const whyNone = (kind: string | undefined): string =>
  kind === 'resource_server'
    ? 'an API that introspects: describe an Application of type machine, and name it in introspectors of the Resource'
    : 'it has no name, or is of a type that is not known here'

function typeOf(
  kind: string | undefined,
  method: Authentication | undefined,
  grants: Draft['grants'],
): ApplicationType | undefined {
  const isPublic = method === 'none'
  if (kind !== undefined && Object.hasOwn(TYPES, kind)) {
    const type = TYPES[kind]
    // What has a secret keeps it on a server, whatever it is called.
    if (type === 'web' && isPublic) return 'spa'
    return type
  }
  if (isPublic) return undefined
  return grants.some(({ grant }) => grant === 'authorization_code') ? 'web' : 'machine'
}

const GRANTS: Readonly<Record<string, GrantType>> = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  [DEVICE_CODE]: DEVICE_CODE,
}

function grantsOf(client: Foreign, isMachine: boolean): Draft['grants'] {
  const from = client.at('grant_types')
  // What Auth0 gives when nothing is said, without the implicit flow.
  if (from.value === undefined && isMachine) return [{ grant: 'client_credentials', from: client }]
  if (from.value === undefined)
    return [
      { grant: 'authorization_code', from: client },
      { grant: 'refresh_token', from: client },
    ]
  return textsOf(from).flatMap(({ text, from: item }) => {
    const grant = Object.hasOwn(GRANTS, text) ? GRANTS[text] : undefined
    if (grant !== undefined) return [{ grant, from: item }]
    item.tell(
      `the grant ${text.slice(0, 80)}`,
      'it is not served, or OAuth 2.1 removes it: move to authorization_code with PKCE',
    )
    return []
  })
}

/** Every application that signs people in may ask for these. */
const standardScopes = (client: Foreign, grants: Draft['grants']): readonly Written[] =>
  [
    'openid',
    'profile',
    'email',
    ...(grants.some(({ grant }) => grant === 'refresh_token') ? ['offline_access'] : []),
  ].map((text) => ({ text, from: client }))

const writtenAt = (from: Foreign): Written | undefined => {
  const text = from.text()
  return text === undefined ? undefined : { text, from }
}

function logoutOf(from: Foreign): Pick<Draft, 'backchannel'> {
  const [first, ...others] = textsOf(from.at('backchannel_logout_urls'))
  for (const other of others)
    other.from.tell('another address for sign-outs', 'one is called: let it tell the others')
  return first === undefined ? {} : { backchannel: { uri: first } }
}

type Auth = Pick<Draft, 'method' | 'secrets' | 'jwks'>

function authOf(client: Foreign): Auth {
  const from = client.at('token_endpoint_auth_method')
  const said = from.text()
  const assertion = client.at('client_authentication_methods').at('private_key_jwt')
  if (assertion.value !== undefined) {
    const keys = assertion.at('credentials').items().flatMap(keyOf)
    if (said !== undefined) from.tell(`the method ${said}`, 'it authenticates with private_key_jwt')
    return { method: 'private_key_jwt', jwks: keys }
  }
  const method = said !== undefined && Object.hasOwn(METHODS, said) ? METHODS[said] : undefined
  if (said !== undefined && method === undefined)
    from.tell(`the method ${said}`, 'it authenticates with its secret; see clientAuth')
  const secret = client.at('client_secret')
  const value = secret.text()
  return {
    ...(method && { method }),
    secrets: value === undefined ? [] : [{ from: secret, value }],
  }
}

function keyOf(credential: Foreign, index: number): readonly JsonObject[] {
  const pem = credential.at('pem').text()
  const key = pem === undefined ? undefined : publicJwkOf(pem)
  if (key === undefined) {
    credential.skip(
      'a key that is not in the export, or cannot be read',
      'write the public key in jwks',
    )
    return []
  }
  const name = credential.at('kid').text() ?? credential.at('name').text() ?? `key-${index + 1}`
  credential.at('credential_type').text()
  return [{ ...key, kid: name }]
}

interface About {
  readonly name: string
  readonly grants: readonly GrantType[]
}

function specOf(client: Foreign, { name, grants }: About): Draft['spec'] {
  const displayName = name.length <= 2048 && !name.includes('\0') ? name : undefined
  const isOwn = grants.includes('authorization_code') && client.at('is_first_party').flag() === true
  const isPar = client.at('require_pushed_authorization_requests').flag() === true
  const tokens = tokensOf(client, grants)
  return {
    ...(displayName && { displayName }),
    ...(isOwn && { consent: 'skip' as const }),
    ...(isPar && { par: 'required' as const }),
    ...(Object.keys(tokens).length > 0 && { tokens }),
  }
}

function tokensOf(
  client: Foreign,
  grants: readonly GrantType[],
): NonNullable<Draft['spec']['tokens']> {
  const jwt = client.at('jwt_configuration')
  const length = jwt.at('lifetime_in_seconds')
  const ttl = grants.includes('authorization_code')
    ? lifetimeOf(length, length.count(), MOST.id)
    : undefined
  const algorithm = algorithmOf(jwt.at('alg'))
  const refresh = grants.includes('refresh_token') ? refreshOf(client.at('refresh_token')) : {}
  return {
    ...((ttl ?? algorithm) && { id: { ...(ttl && { ttl }), ...(algorithm && { algorithm }) } }),
    ...(Object.keys(refresh).length > 0 && { refresh }),
  }
}

/** RS256 is what ID tokens are signed with anyway. */
function algorithmOf(from: Foreign): 'ES256' | undefined {
  const text = from.text()
  if (text === undefined || text === 'RS256') return undefined
  const algorithm = SIGNING_ALGORITHMS.find((each) => each === text)
  if (algorithm === 'ES256') return algorithm
  from.tell(
    `signed with ${text.slice(0, 20)}`,
    algorithm === undefined
      ? 'tokens are signed with keys that everybody can verify with'
      : `add ${algorithm} to a KeyPolicy, which has ${KEY_POLICY.algorithms.join(' and ')} by default`,
  )
  return undefined
}

function refreshOf(from: Foreign): NonNullable<NonNullable<Draft['spec']['tokens']>['refresh']> {
  const rotation = from.at('rotation_type')
  if ((rotation.text() ?? 'rotating') !== 'rotating')
    rotation.tell('refresh tokens that do not rotate', 'they do, with a grace; see tokens.refresh')
  const seconds = (name: string, most: number): string | undefined => {
    const isEndless =
      from.at(name === 'token_lifetime' ? 'infinite_token_lifetime' : `infinite_${name}`).value ===
      true
    return isEndless ? undefined : lifetimeOf(from.at(name), from.at(name).count(), most)
  }
  const ttl = seconds('token_lifetime', MOST.refresh)
  const idle = seconds('idle_token_lifetime', MOST.refresh)
  const leeway = from.at('leeway')
  const wait = leeway.value === 0 ? undefined : lifetimeOf(leeway, leeway.count(), 600)
  if (leeway.value === 0)
    leeway.tell('no grace for a refresh token that was used', 'it is 10s; write grace: 0s for none')
  return { ...(ttl && { ttl }), ...(idle && { idle }), ...(wait && { grace: wait }) }
}
