import type { JsonObject } from '../../../base/json.ts'
import { type Authentication, CLIENT_AUTH_METHODS } from '../../../model/application.ts'
import { usesKeys } from '../../defaults.ts'
import type { Draft, Written } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { publicJwkOf, publicKeysOf } from '../public-key.ts'
import { actsForSomebody, grantsOf, jwksUriOf } from '../registration.ts'
import { textOf, textsOf } from '../said.ts'
import type { tokensBy } from './lifespans.ts'

/** One client. Names in pairs: before 4.38 they were the second ones. */
export function draftOf(
  client: Foreign,
  tokensFor: ReturnType<typeof tokensBy>,
): Draft | undefined {
  const clientId = either(client, 'client_id', 'id')
  const text = clientId.text()
  if (text === undefined) {
    client.skip('a client without client_id', 'describe it: client_id is written out')
    return undefined
  }
  const method = methodOf(client)
  if (method === undefined) {
    client.skip(
      'a client that authenticates in a way that is not served',
      'describe it, and choose a way in clientAuth',
    )
    return undefined
  }
  const scopes = scopesOf(client)
  const grants = refreshing(grantsOf(client), scopes)
  const withPeople = actsForSomebody(grants)
  if (withPeople) tellOfPolicy(client)
  return {
    from: client,
    clientId: { text, from: clientId },
    type: method === 'none' ? undefined : withPeople ? 'web' : 'machine',
    method,
    grants,
    redirectUris: textsOf(client.at('redirect_uris')),
    scopes,
    secrets: secretsOf(client, method),
    jwks: keysOf(client.at('jwks')),
    jwksUri: jwksUriOf(client),
    spec: specOf(client, tokensFor, withPeople),
  }
}

const either = (client: Foreign, name: string, before: string): Foreign =>
  client.at(name).value === undefined ? client.at(before) : client.at(name)

function methodOf(client: Foreign): Authentication | undefined {
  const isPublic = client.at('public').flag() === true
  const asked = client.at('token_endpoint_auth_method').text()
  if (asked === undefined) return isPublic ? 'none' : 'client_secret_basic'
  const method = CLIENT_AUTH_METHODS.find((each) => each === asked)
  return isPublic ? 'none' : method
}

/** Without a list these. */
const USUAL = ['openid', 'groups', 'profile', 'email']
const OF_PROXIES = 'authelia.bearer.authz'

function scopesOf(client: Foreign): readonly Written[] {
  const from = client.at('scopes')
  if (from.value === undefined) return USUAL.map((text) => ({ text, from: client }))
  return textsOf(from).filter(({ text, from: item }) => {
    if (text === OF_PROXIES)
      item.tell('access to what proxies guard', 'proxies ask another server from now on')
    return text !== OF_PROXIES
  })
}

/** A refresh token is given there only to who asks for offline_access. */
function refreshing(grants: Draft['grants'], scopes: readonly Written[]): Draft['grants'] {
  if (scopes.some(({ text }) => text === 'offline_access')) return grants
  return grants.filter(({ grant, from }) => {
    if (grant === 'refresh_token')
      from.tell('a grant that could not be used', 'it needs the scope offline_access')
    return grant !== 'refresh_token'
  })
}

function tellOfPolicy(client: Foreign): void {
  const policy = client.at('authorization_policy')
  const text = policy.text() ?? 'two_factor'
  const at = policy.value === undefined ? client : policy
  if (text === 'two_factor')
    at.tell(
      'people who need a second factor to sign in',
      'a password is enough for now: keep it behind Authelia if that is too little',
    )
  else if (text !== 'one_factor')
    at.tell(
      'a policy that says who may sign in, and with what',
      'everybody of the tenant may: check the roles of people in the application, or set disabled',
    )
}

/** As crypt writes it. */
const DIGEST = /^\$(?!plaintext\$)[\w-]+\$/

function secretsOf(client: Foreign, method: Authentication): Draft['secrets'] {
  const from = either(client, 'client_secret', 'secret')
  if (usesKeys(method) || (method === 'none' && from.value === undefined)) return []
  const text = from.text()
  if (text === undefined) return [{ from }]
  if (DIGEST.test(text)) {
    from.tell(
      'the digest of a secret, which is of no use here',
      'set its variable to the secret that the application has, or to a new one',
    )
    return [{ from }]
  }
  if (text.includes('{{')) {
    from.tell('a secret that a template fills in', 'set its variable to that secret')
    return [{ from }]
  }
  return [{ from, value: text.replace(/^\$plaintext\$/, '') }]
}

const PEM = /^\s*-----BEGIN ((?:RSA )?PUBLIC KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*$/
const ALGORITHM = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA)$/

function keysOf(jwks: Foreign): Draft['jwks'] {
  const keys = jwks.items().map(keyOf)
  const fine = publicKeysOf(keys.filter((key) => key !== undefined))
  if (fine.length !== keys.length)
    jwks.tell(
      'keys that are not all public, named and readable',
      'write the public ones in jwks, each with a kid',
    )
  return fine
}

function keyOf(from: Foreign): JsonObject | undefined {
  const pem = from.at('key').text()
  const jwk = pem !== undefined && PEM.test(pem) ? publicJwkOf(pem) : undefined
  const kid = from.at('key_id').text()
  const use = from.at('use').text()
  const algorithm = from.at('algorithm')
  const alg = algorithm.text()
  const isKnown = alg === undefined || ALGORITHM.test(alg)
  if (!isKnown) algorithm.tell('an algorithm that is not served', 'the key counts for all others')
  return jwk && { ...jwk, ...(kid && { kid }), ...(use && { use }), ...(alg && isKnown && { alg }) }
}

function specOf(
  client: Foreign,
  tokensFor: ReturnType<typeof tokensBy>,
  withPeople: boolean,
): Draft['spec'] {
  const displayName = textOf(either(client, 'client_name', 'description'))
  const tokens = tokensFor(client.at('lifespan'))
  const isPushed = withPeople && client.at('require_pushed_authorization_requests').flag() === true
  return {
    ...(displayName && { displayName }),
    ...(isPushed && { par: 'required' as const }),
    ...(withPeople && isConsentImplied(client.at('consent_mode')) && { consent: 'skip' as const }),
    ...(Object.keys(tokens).length > 0 && { tokens }),
    ...subjectOf(either(client, 'sector_identifier_uri', 'sector_identifier')),
  }
}

function isConsentImplied(mode: Foreign): boolean {
  const text = mode.text()
  if (text !== undefined && !['implicit', 'pre-configured', 'auto'].includes(text))
    mode.tell(
      'people who are asked each time',
      'an answer is kept until an application asks for more',
    )
  return text === 'implicit'
}

function subjectOf(from: Foreign): Draft['spec'] {
  const sector = from.text()
  if (sector === undefined) return {}
  from.tell(
    'pairwise subjects',
    'they are made in another way: people get other subjects than they had',
  )
  const isFine = URL.parse(sector)?.protocol === 'https:'
  if (!isFine)
    from.tell(
      'a sector that is no https address',
      'write subject: pairwise and sectorIdentifierUri',
    )
  return isFine ? { subject: 'pairwise', sectorIdentifierUri: sector } : {}
}
