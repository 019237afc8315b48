import { addressOf } from '../config/desired-state.ts'
import {
  APPLICATION_TYPES,
  type Application,
  AUTHENTICATIONS,
  GRANT_TYPES,
  type SecretVerifier,
} from '../model/application.ts'
import { type KeyPolicy, SIGNING_ALGORITHMS } from '../model/key.ts'
import type { Resource, ScopeDefinition } from '../model/resource.ts'
import type { Role } from '../model/tenant.ts'
import type { ConfigObject, StoredSecret } from '../store/config-port.ts'
import { SpecReader } from './spec-reader.ts'

export const specOf = (object: ConfigObject): SpecReader =>
  new SpecReader(addressOf(object), object.spec)

/** Members that are left out when they have no value. */
const optional = <K extends string>(name: K, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: string }

export function compileApplication(
  object: ConfigObject,
  secrets: readonly StoredSecret[],
): Application {
  const spec = specOf(object)
  const tokens = spec.child('tokens')
  const refresh = tokens.child('refresh')
  const auth = spec.child('clientAuth')
  return {
    uid: object.uid,
    name: object.name,
    clientId: spec.text('clientId'),
    displayName: spec.text('displayName'),
    type: spec.oneOf('type', APPLICATION_TYPES),
    isDisabled: spec.flag('disabled'),
    redirectUris: spec.texts('redirectUris'),
    postLogoutRedirectUris: spec.texts('postLogoutRedirectUris'),
    grants: new Set(spec.someOf('grants', GRANT_TYPES)),
    scopes: new Set(spec.texts('scopes')),
    pkce: spec.oneOf('pkce', ['required', 'optional']),
    consent: spec.oneOf('consent', ['required', 'skip']),
    authMethod: auth.oneOf('method', AUTHENTICATIONS),
    secrets: verifiersOf(auth, secrets),
    code: { lifetime: tokens.child('code').integer('ttl') },
    accessToken: { lifetime: tokens.child('access').optionalInteger('ttl') },
    idToken: {
      lifetime: tokens.child('id').integer('ttl'),
      algorithm: tokens.child('id').oneOf('algorithm', SIGNING_ALGORITHMS),
    },
    refreshToken: {
      lifetime: refresh.integer('ttl'),
      idle: refresh.integer('idle'),
      rotation: refresh.oneOf('rotation', ['required', 'off']),
      grace: refresh.integer('grace'),
      issue: refresh.oneOf('issue', ['offline_access', 'always']),
    },
  }
}

/** Only the secrets that the spec names: one that was dropped from it opens nothing. */
function verifiersOf(auth: SpecReader, stored: readonly StoredSecret[]): readonly SecretVerifier[] {
  const named = new Set(auth.children('secrets').map((secret) => secret.text('id')))
  return stored
    .filter(({ secretId }) => named.has(secretId))
    .map(({ secretId, verifier, expiresAt }) => ({ id: secretId, digest: verifier, expiresAt }))
}

export function compileResource(
  object: ConfigObject,
  uidOfApplication: (name: string) => string | undefined,
): Resource {
  const spec = specOf(object)
  const tokens = spec.child('tokens')
  const introspectors = spec.texts('introspectors').map((name) => {
    const uid = uidOfApplication(name)
    if (uid === undefined) throw new Error(`${addressOf(object)} names ${name}, which is unknown`)
    return uid
  })
  return {
    uid: object.uid,
    name: object.name,
    identifier: spec.text('identifier'),
    displayName: spec.text('displayName'),
    scopes: spec.children('scopes').map((scope) => scope.text('name')),
    token: {
      format: tokens.oneOf('format', ['jwt', 'opaque']),
      algorithm: tokens.oneOf('algorithm', SIGNING_ALGORITHMS),
      lifetime: tokens.integer('ttl'),
    },
    introspectors: new Set(introspectors),
  }
}

export function scopesOfResource(object: ConfigObject): readonly ScopeDefinition[] {
  const spec = specOf(object)
  const resource = spec.text('identifier')
  return spec.children('scopes').map((scope) => ({
    name: scope.text('name'),
    displayName: scope.text('displayName'),
    description: scope.optionalText('description'),
    resource,
    claims: [],
  }))
}

export function compileScope(object: ConfigObject): ScopeDefinition {
  const spec = specOf(object)
  return {
    name: object.name,
    displayName: spec.text('displayName'),
    description: spec.optionalText('description'),
    resource: undefined,
    claims: spec.texts('claims'),
  }
}

export function compileRole(object: ConfigObject): Role {
  const spec = specOf(object)
  return {
    uid: object.uid,
    name: object.name,
    permissions: spec.texts('permissions'),
    ...optional('description', spec.optionalText('description')),
  }
}

export function compileKeyPolicy(spec: SpecReader): KeyPolicy {
  return {
    algorithms: spec.someOf('algorithms', SIGNING_ALGORITHMS),
    rotateEvery: spec.integer('rotateEvery'),
    publishAhead: spec.integer('publishAhead'),
    keepAfter: spec.integer('keepAfter'),
    rsaBits: spec.integer('rsaBits'),
  }
}
