/** The configuration file of Dex. */
import { isJsonObject } from '../../base/json.ts'
import { DEVICE_CODE } from '../../model/application.ts'
import type { Draft, Written } from './draft.ts'
import type { Foreign } from './ledger.ts'
import { slugOf } from './name.ts'
import { isList } from './path.ts'
import { type Product, remarksOf } from './product.ts'
import { goLifetimeOf, MOST, textOf, textsOf } from './said.ts'
import { tenantNames } from './tenant-name.ts'

const SERVER = 'how the process runs'
const SERVER_NOW = 'see "tokenidp serve --help", and the Project'

const remarks = remarksOf(
  ['storage', 'where Dex keeps its state, perhaps with a password', 'set TOKENIDP_DATABASE_URL'],
  ['web', SERVER, SERVER_NOW],
  ['grpc', SERVER, 'documents change what its API changed'],
  ['telemetry', SERVER, 'tokenidp serve --metrics-listen'],
  ['logger', SERVER, SERVER_NOW],
  ['frontend', 'how pages look', 'colour and logo are in branding of the Tenant'],
  [
    'connectors',
    'identity providers that people sign in with, perhaps with secrets',
    'nothing here is like it yet: people sign in with a password of their own',
  ],
  ['enablePasswordDB', 'people with passwords', 'they always can have one', true],
  [
    'staticPasswords',
    'people, with the hashes of their passwords',
    'declared users are for environments of kind: dev only: make accounts with "tokenidp users add"; password hashes cannot be taken over, so people set new passwords',
  ],
  [
    'oauth2/responseTypes',
    'an implicit or hybrid flow',
    'OAuth 2.1 removes it: move to response_type=code',
  ],
  ['oauth2/grantTypes', 'grants for all clients', 'each Application has grants of its own'],
  [
    'oauth2/alwaysShowLoginScreen',
    'a choice between connectors',
    'there is one way to sign in',
    false,
  ],
  [
    'oauth2/passwordConnector',
    'the password grant',
    'OAuth 2.1 removes it: move to authorization_code; or write passwordGrant with an end',
  ],
  [
    'oauth2/pkce',
    'rules for PKCE',
    'PKCE with S256 is required; write pkce: optional where a library cannot',
  ],
  [
    'expiry/signingKeys',
    'how often keys change',
    'see rotateEvery in KeyPolicy: the default is 90d',
  ],
  ['expiry/authRequests', 'how long people may take to sign in', 'the server does this by itself'],
  [
    'staticClients/#/trustedPeers',
    'clients that may ask for tokens for this one',
    'describe the API as a Resource, and give each its scopes',
  ],
  ['staticClients/#/logoURL', 'a picture of the application', 'the pages show its name'],
  [
    'staticClients/#/allowedConnectors',
    'by which identity providers people come',
    'they sign in with a password',
  ],
)

export const dex: Product = {
  name: 'dex',
  title: 'Dex',
  export: 'its configuration file',
  isExport: (value) =>
    isJsonObject(value) &&
    value.realm === undefined &&
    (isList(value.staticClients) ||
      (typeof value.issuer === 'string' &&
        ['storage', 'connectors', 'staticPasswords'].some((name) => Object.hasOwn(value, name)))),
  remarks,
  read({ root }, asked) {
    const issuer = URL.parse(root.at('issuer').text() ?? '')
    const path = issuer?.pathname.split('/').findLast((part) => part !== '') ?? ''
    const shared = sharedOf(root)
    const applications = root
      .at('staticClients')
      .items()
      .flatMap((client) => draftOf(client, shared) ?? [])
    if (issuer !== null)
      root
        .at('issuer')
        .tell(
          'the issuer that applications know',
          'the issuer is {publicUrl}/{tenant} now: tell every application',
        )
    const name = tenantNames()(slugOf(path), asked)
    return {
      tenants: [{ name, spec: {}, documents: [], scopes: new Set<string>(), applications }],
      ...(issuer?.protocol === 'https:' && { publicUrl: issuer.origin }),
    }
  },
}

interface Shared {
  readonly tokens: NonNullable<Draft['spec']['tokens']>
  readonly device: string | undefined
  readonly isAsked: boolean
}

function sharedOf(root: Foreign): Shared {
  const expiry = root.at('expiry')
  const refresh = expiry.at('refreshTokens')
  const both = goLifetimeOf(expiry.at('idTokens'), MOST.id)
  const ttl = goLifetimeOf(refresh.at('absoluteLifetime'), MOST.refresh)
  const idle = goLifetimeOf(refresh.at('validIfNotUsedFor'), MOST.refresh)
  const grace = goLifetimeOf(refresh.at('reuseInterval'), 600)
  const off = refresh.at('disableRotation')
  if (off.flag() === true)
    off.tell('refresh tokens that do not rotate', 'they do, with a grace; see tokens.refresh')
  const family = { ...(ttl && { ttl }), ...(idle && { idle }), ...(grace && { grace }) }
  return {
    tokens: {
      ...(both && { access: { ttl: both }, id: { ttl: both } }),
      ...(Object.keys(family).length > 0 && { refresh: family }),
    },
    device: goLifetimeOf(expiry.at('deviceRequests'), MOST.device),
    isAsked: root.at('oauth2').at('skipApprovalScreen').flag() !== true,
  }
}

/** Where Dex sends devices and programs that have no address of their own. */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob'

function draftOf(client: Foreign, { tokens, device, isAsked }: Shared): Draft | undefined {
  const clientId = client.at('id')
  const text = clientId.text()
  if (text === undefined || client.at('idEnv').value !== undefined) {
    client.skip(
      'a client whose id is in a variable, or missing',
      'describe it: clientId is written out',
    )
    return undefined
  }
  const isPublic = client.at('public').flag() === true
  const { redirectUris, isDevice } = redirectsOf(client.at('redirectURIs'), isPublic)
  const displayName = textOf(client.at('name'))
  const isBare = redirectUris.length === 0 && isDevice
  return {
    from: client,
    clientId: { text, from: clientId },
    type: typeOf(isPublic, isBare),
    grants: [
      ...(isBare ? [] : [{ grant: 'authorization_code' as const, from: client }]),
      { grant: 'refresh_token', from: client },
      ...(isDevice ? [{ grant: DEVICE_CODE, from: client.at('redirectURIs') } as const] : []),
    ],
    redirectUris,
    scopes: SCOPES.map((each) => ({ text: each, from: client })),
    secrets: secretsOf(client, isPublic),
    spec: {
      ...(displayName && { displayName }),
      ...(isAsked ? {} : { consent: 'skip' }),
      ...(Object.keys(tokens).length > 0 && { tokens }),
      ...(device && isDevice && { device: { ttl: device } }),
    },
  }
}

/** Every client may ask for these. */
const SCOPES = ['openid', 'profile', 'email', 'offline_access']

function typeOf(isPublic: boolean, isBare: boolean): Draft['type'] {
  if (!isPublic) return 'web'
  return isBare ? 'device' : undefined
}

function redirectsOf(from: Foreign, isPublic: boolean) {
  const written = textsOf(from)
  const isForDevices = ({ text }: Written): boolean => text.endsWith('/device/callback')
  const isDevice = isPublic && written.some(isForDevices)
  const redirectUris = written.filter((each) => {
    if (each.text === OUT_OF_BAND)
      each.from.tell('codes that people copy', 'use the device grant, or a loopback address')
    return each.text !== OUT_OF_BAND && !(isDevice && isForDevices(each))
  })
  return { redirectUris, isDevice }
}

function secretsOf(client: Foreign, isPublic: boolean): Draft['secrets'] {
  if (isPublic && client.at('secret').value === undefined) return []
  const named = client.at('secretEnv').text()
  const from = client.at('secret')
  const value = from.text()
  if (named !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(named))
    return [{ from, variable: named }]
  return [{ from, ...(value !== undefined && { value }) }]
}
