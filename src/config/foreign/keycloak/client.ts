import type { JsonObject } from '../../../base/json.ts'
import { isJsonObject } from '../../../base/json.ts'
import { type Authentication, CIBA_GRANT, DEVICE_CODE } from '../../../model/application.ts'
import type { Draft, SecretDraft, Written } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { isList } from '../path.ts'
import { publicJwkOf, publicKeysOf } from '../public-key.ts'
import { lifetimeOf, MOST, textsOf } from '../said.ts'
import { claimsOf } from './mappers.ts'
import { ownText, scopesOf } from './scopes.ts'

/** What the realm says for all of its clients. */
export interface RealmDefaults {
  readonly access: string | undefined
  readonly code: string | undefined
  readonly refresh: string | undefined
  readonly idle: string | undefined
  readonly device: { readonly ttl?: string; readonly interval?: string }
}

const OWN =
  /^(account|account-console|admin-cli|broker|realm-management|security-admin-console|.+-realm)$/

/** One client of a realm; undefined for what is no application here. */
export function clientOf(client: Foreign, defaults: RealmDefaults): Draft | undefined {
  const clientId = client.at('clientId')
  const text = clientId.text()
  const other = whyNone(client, text)
  if (text === undefined || other !== undefined) {
    client.skip(`the client ${text ?? ''}`.trim(), other ?? '')
    return undefined
  }
  const attributes = client.at('attributes')
  const isPublic = client.at('publicClient').flag() === true
  const grants = grantsOf(client, attributes, isPublic)
  const withPeople = grants.some(({ grant }) => grant !== 'client_credentials')
  const redirectUris = redirectsOf(client)
  tellOfPkce(client, attributes, isPublic)
  return {
    from: client,
    clientId: { text, from: clientId },
    type: isPublic ? undefined : withPeople ? 'web' : 'machine',
    grants,
    redirectUris,
    postLogoutRedirectUris: afterLogout(attributes.at('post.logout.redirect.uris'), redirectUris),
    origins: originsOf(client, redirectUris),
    scopes: [...(withPeople ? [{ text: 'openid', from: client }] : []), ...scopesOf(client)],
    ...noticesOf(client, attributes),
    ...authOf(client, attributes),
    spec: specOf(client, attributes, { defaults, grants: grants.map(({ grant }) => grant) }),
  }
}

function whyNone(client: Foreign, id: string | undefined): string | undefined {
  if (id === undefined) return 'it has no clientId'
  if (OWN.test(id)) return 'a client of Keycloak itself: nothing here needs it'
  const protocol = client.at('protocol').text() ?? 'openid-connect'
  if (protocol !== 'openid-connect')
    return `it speaks ${protocol}, which is not served; connect it with OpenID Connect`
  if (client.at('bearerOnly').flag() === true)
    return 'an API that only checks tokens: describe it as a Resource, with the audience that it checks'
  return undefined
}

function grantsOf(client: Foreign, attributes: Foreign, isPublic: boolean): Draft['grants'] {
  const standard = client.at('standardFlowEnabled')
  const service = client.at('serviceAccountsEnabled')
  const device = attributes.at('oauth2.device.authorization.grant.enabled')
  const ciba = attributes.at('oidc.ciba.grant.enabled')
  const refresh = attributes.at('use.refresh.tokens')
  const isStandard = standard.flag() !== false
  const isDevice = device.text() === 'true'
  const isCiba = ciba.text() === 'true'
  const refreshes = (isStandard || isDevice || isCiba) && refresh.text() !== 'false'
  const isService = service.flag() === true
  if (isService && isPublic)
    service.tell('a service account of a public client', 'only what proves who it is can have one')
  const wanted: readonly (readonly [boolean, Draft['grants'][number]])[] = [
    [isStandard, { grant: 'authorization_code', from: standard }],
    [refreshes, { grant: 'refresh_token', from: refresh }],
    [isService && !isPublic, { grant: 'client_credentials', from: service }],
    [isDevice, { grant: DEVICE_CODE, from: device }],
    [isCiba, { grant: CIBA_GRANT, from: ciba }],
  ]
  return wanted.flatMap(([isWanted, grant]) => (isWanted ? [grant] : []))
}

/** Relative ones begin where the client says that it lives. */
function redirectsOf(client: Foreign): readonly Written[] {
  const rootUrl = client.at('rootUrl')
  const written = textsOf(client.at('redirectUris'))
  const root = written.some(({ text }) => text.startsWith('/')) ? rootUrl.text() : undefined
  if (root === undefined || !/^https?:/.test(root)) return written
  return written.map(({ text, from }) => ({
    text: text.startsWith('/') ? `${root.replace(/\/$/, '')}${text}` : text,
    from,
  }))
}

function afterLogout(from: Foreign, redirectUris: readonly Written[]): readonly Written[] {
  const said = from.text()?.split('##') ?? []
  return said.flatMap((text) => {
    if (text === '' || text === '-') return []
    return text === '+' ? redirectUris.map((each) => ({ text: each.text, from })) : [{ text, from }]
  })
}

function originsOf(client: Foreign, redirectUris: readonly Written[]): readonly Written[] {
  return textsOf(client.at('webOrigins')).flatMap(({ text, from }) => {
    if (text !== '+') return [{ text, from }]
    const origins = redirectUris.map((each) => URL.parse(each.text)?.origin)
    return origins.flatMap((origin) => (origin?.startsWith('http') ? [{ text: origin, from }] : []))
  })
}

function tellOfPkce(client: Foreign, attributes: Foreign, isPublic: boolean): void {
  const method = attributes.at('pkce.code.challenge.method')
  if (client.at('standardFlowEnabled').value === false || method.text() === 'S256') return
  method.tell(
    'PKCE was not required with S256',
    isPublic
      ? 'it is required of public applications: see that the library sends a challenge'
      : 'it is required now: see that the library sends a challenge, or write pkce: optional',
  )
}

function noticesOf(
  client: Foreign,
  attributes: Foreign,
): Pick<Draft, 'backchannel' | 'frontchannel'> {
  const notice = (channel: string) => {
    const from = attributes.at(`${channel}.logout.url`)
    const text = from.text()
    if (text === undefined) return undefined
    const session = attributes.at(`${channel}.logout.session.required`)
    const isRequired = session.text() !== 'false'
    return { uri: { text, from }, session: { isRequired, from: session } }
  }
  const isInFront =
    attributes.at('frontchannel.logout.url').value !== '' &&
    attributes.at('frontchannel.logout.url').value !== undefined &&
    client.at('frontchannelLogout').flag() !== false
  const backchannel = notice('backchannel')
  const frontchannel = isInFront ? notice('frontchannel') : undefined
  return { ...(backchannel && { backchannel }), ...(frontchannel && { frontchannel }) }
}

const METHODS: Readonly<Record<string, Authentication>> = {
  'client-secret': 'client_secret',
  'client-jwt': 'private_key_jwt',
  'client-secret-jwt': 'client_secret_jwt',
}

type Auth = Pick<Draft, 'method' | 'secrets' | 'jwks' | 'jwksUri'>

function authOf(client: Foreign, attributes: Foreign): Auth {
  if (client.at('publicClient').value === true) return { secrets: secretsOf(client.at('secret')) }
  const from = client.at('clientAuthenticatorType')
  const asked = from.text() ?? 'client-secret'
  const method = Object.hasOwn(METHODS, asked) ? METHODS[asked] : undefined
  if (method === undefined)
    from.tell(
      `the authenticator ${asked}`,
      'it authenticates with a secret now; choose another way in clientAuth',
    )
  if (method === 'private_key_jwt') return { method, ...keysOf(attributes) }
  return { ...(method && { method }), secrets: secretsOf(client.at('secret')) }
}

function secretsOf(from: Foreign): readonly SecretDraft[] {
  const value = from.text()
  if (value === undefined) return []
  if (!/^\*+$/.test(value)) return [{ from, value }]
  from.tell(
    'a secret that the export hides',
    'set its variable to the one the application has, or to a new one',
  )
  return [{ from }]
}

function keysOf(attributes: Foreign): Auth {
  const uri = attributes.at('jwks.url')
  const isSaid = uri.value !== undefined && uri.value !== ''
  if (isSaid && attributes.at('use.jwks.url').text() === 'true') {
    const text = uri.text()
    if (text !== undefined) return { jwksUri: { text, from: uri } }
  }
  const written = attributes.at('jwks.string')
  if (attributes.at('use.jwks.string').text() === 'true') {
    const keys = publicKeysOf(parsed(written.text()))
    if (keys.length > 0) return { jwks: keys }
  }
  const certificate = attributes.at('jwt.credential.certificate').text()
  const key = certificate === undefined ? undefined : publicJwkOf(certificate)
  return key === undefined ? {} : { jwks: [key] }
}

function parsed(text: string | undefined): readonly JsonObject[] {
  try {
    const value: unknown = JSON.parse(text ?? '')
    const keys = isJsonObject(value) ? value.keys : undefined
    return isList(keys) ? keys.filter(isJsonObject) : []
  } catch {
    return []
  }
}

interface About {
  readonly defaults: RealmDefaults
  readonly grants: readonly string[]
}

function specOf(client: Foreign, attributes: Foreign, about: About): Draft['spec'] {
  const { defaults, grants } = about
  const isWithCode = grants.includes('authorization_code')
  const isWithDevice = grants.includes(DEVICE_CODE) && Object.keys(defaults.device).length > 0
  const isWithPeople = isWithCode || grants.includes(DEVICE_CODE) || grants.includes(CIBA_GRANT)
  const asksConsent = isWithPeople && client.at('consentRequired').flag() === true
  const displayName = ownText(client.at('name'))
  const claims = claimsOf(client.at('protocolMappers'))
  const tokens = tokensOf(attributes, about)
  return {
    ...(displayName && { displayName }),
    ...(client.at('enabled').flag() === false && { disabled: true }),
    ...(attributes.at('require.pushed.authorization.requests').text() === 'true' && PUSHED),
    ...(isWithPeople && { consent: asksConsent ? 'required' : 'skip' }),
    ...(Object.keys(tokens).length > 0 && { tokens }),
    ...(claims.length > 0 && { claims }),
    ...(isWithDevice && { device: defaults.device }),
  }
}

const PUSHED = { par: 'required' } as const

function tokensOf(
  attributes: Foreign,
  { defaults, grants }: About,
): NonNullable<Draft['spec']['tokens']> {
  const access = secondsOf(attributes.at('access.token.lifespan'), MOST.access) ?? defaults.access
  const ttl = secondsOf(attributes.at('client.session.max.lifespan'), MOST.refresh)
  const idle = secondsOf(attributes.at('client.session.idle.timeout'), MOST.refresh)
  const refresh = { ttl: ttl ?? defaults.refresh, idle: idle ?? defaults.idle }
  return {
    ...(access && { access: { ttl: access } }),
    ...(grants.includes('authorization_code') && defaults.code && { code: { ttl: defaults.code } }),
    ...(grants.includes('refresh_token') && {
      refresh: {
        ...(refresh.ttl && { ttl: refresh.ttl }),
        ...(refresh.idle && { idle: refresh.idle }),
        issue: 'always',
      },
    }),
  }
}

const secondsOf = (from: Foreign, most: number): string | undefined => {
  const text = from.text()
  return text === undefined || text === '0' || text === '-1'
    ? undefined
    : lifetimeOf(from, /^[0-9]+$/.test(text) ? Number(text) : 0, most)
}
