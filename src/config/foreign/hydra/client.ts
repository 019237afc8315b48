import { isJsonObject } from '../../../base/json.ts'
import {
  type Authentication,
  CLIENT_AUTH_METHODS,
  SUBJECT_TYPES,
} from '../../../model/application.ts'
import { usesKeys } from '../../defaults.ts'
import { instantText } from '../../instant.ts'
import type { Draft, Written } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { isList } from '../path.ts'
import { publicKeysOf } from '../public-key.ts'
import { actsForSomebody, grantsOf, jwksUriOf } from '../registration.ts'
import { goLifetimeOf, MOST, textOf, textsOf } from '../said.ts'

/** One client. */
export function draftOf(client: Foreign): Draft | undefined {
  const clientId = client.at('client_id')
  const text = clientId.text()
  if (text === undefined) {
    client.skip('a client without client_id', 'export it again')
    return undefined
  }
  const asked = client.at('token_endpoint_auth_method').text() ?? 'client_secret_basic'
  const method = CLIENT_AUTH_METHODS.find((each) => each === asked)
  if (method === undefined || method === 'self_signed_tls_client_auth') {
    client.skip(
      `a client that authenticates with ${asked}`,
      'describe it, and choose a way in clientAuth',
    )
    return undefined
  }
  const grants = grantsOf(client)
  const withPeople = actsForSomebody(grants)
  return {
    from: client,
    clientId: { text, from: clientId },
    type: method === 'none' ? undefined : withPeople ? 'web' : 'machine',
    method,
    grants,
    redirectUris: textsOf(client.at('redirect_uris')),
    postLogoutRedirectUris: textsOf(client.at('post_logout_redirect_uris')),
    origins: textsOf(client.at('allowed_cors_origins')),
    scopes: scopesOf(client.at('scope')),
    ...noticesOf(client),
    secrets: secretsOf(client, method),
    jwks: keysOf(client.at('jwks')),
    jwksUri: jwksUriOf(client),
    spec: specOf(client, grants),
  }
}

/** Both names mean the same there. */
function scopesOf(from: Foreign): readonly Written[] {
  const names = from.text()?.split(' ').filter(Boolean) ?? []
  return [...new Set(names)].flatMap((text) => {
    if (text === 'offline') from.tell('the scope offline', 'applications ask for offline_access')
    return [{ text: text === 'offline' ? 'offline_access' : text, from }]
  })
}

function noticesOf(client: Foreign): Pick<Draft, 'backchannel' | 'frontchannel'> {
  const notice = (channel: string) => {
    const from = client.at(`${channel}_logout_uri`)
    const text = from.text()
    if (text === undefined) return undefined
    const session = client.at(`${channel}_logout_session_required`)
    const isRequired = session.flag() === true
    return { uri: { text, from }, session: { isRequired, from: session } }
  }
  const backchannel = notice('backchannel')
  const frontchannel = notice('frontchannel')
  return { ...(backchannel && { backchannel }), ...(frontchannel && { frontchannel }) }
}

/** Hydra keeps a digest, and tells the secret once, when the client is made. */
function secretsOf(client: Foreign, method: Authentication): Draft['secrets'] {
  const from = client.at('client_secret')
  if (usesKeys(method) || (method === 'none' && from.value === undefined)) return []
  const value = from.text()
  const expires = method === 'none' ? undefined : client.at('client_secret_expires_at').count()
  const isHash = value !== undefined && /^\$(2[abxy]|pbkdf2|argon2)/.test(value)
  if (isHash)
    from.tell(
      'the digest of a secret',
      'set its variable to the secret that the application has, or to a new one',
    )
  const ends = expires !== undefined && expires > 0 && expires < 4_102_444_800
  return [
    {
      from,
      ...(value !== undefined && !isHash && { value }),
      ...(ends && { expiresAt: instantText(Math.floor(expires)) }),
    },
  ]
}

function keysOf(jwks: Foreign): Draft['jwks'] {
  const value = jwks.value
  const keys = isJsonObject(value) && isList(value.keys) ? value.keys.filter(isJsonObject) : []
  const fine = publicKeysOf(keys)
  if (keys.some((key) => 'x5c' in key))
    jwks.tell(
      'certificates of keys',
      'the keys alone count; write x5c where a certificate is asked for',
    )
  if (keys.length > 0 && fine.length === keys.length) jwks.whole()
  else if (keys.length > 0)
    jwks.skip('keys that are not all public, named and readable', 'write the public ones in jwks')
  return fine
}

function specOf(client: Foreign, grants: Draft['grants']): Draft['spec'] {
  const displayName = textOf(client.at('client_name'))
  const isCode = grants.some(({ grant }) => grant === 'authorization_code')
  const lifetime = (what: string, most: number) =>
    isCode ? goLifetimeOf(client.at(`authorization_code_grant_${what}_lifespan`), most) : undefined
  const access = lifetime('access_token', MOST.access)
  const id = lifetime('id_token', MOST.id)
  const refresh = lifetime('refresh_token', MOST.refresh)
  const isSkipped = client.at('skip_consent').flag() === true
  const tokens = {
    ...(access && { access: { ttl: access } }),
    ...(id && { id: { ttl: id } }),
    ...(refresh && { refresh: { ttl: refresh } }),
  }
  return {
    ...(displayName && { displayName }),
    ...(isSkipped && { consent: 'skip' as const }),
    ...(Object.keys(tokens).length > 0 && { tokens }),
    ...subjectOf(client),
  }
}

function subjectOf(client: Foreign): Draft['spec'] {
  const from = client.at('subject_type')
  const text = from.text()
  const subject = SUBJECT_TYPES.find((each) => each === text)
  if (subject !== 'pairwise') {
    if (text !== undefined && subject === undefined)
      from.tell('a type of subject', 'it is public now')
    return {}
  }
  from.tell(
    'pairwise subjects',
    'they are made with another salt: people get other subjects than they had',
  )
  const sector = client.at('sector_identifier_uri').text()
  const isFine = sector !== undefined && URL.parse(sector)?.protocol === 'https:'
  if (!isFine)
    from.tell(
      'pairwise subjects without a sector',
      'write subject: pairwise and sectorIdentifierUri',
    )
  return isFine ? { subject, sectorIdentifierUri: sector } : {}
}
