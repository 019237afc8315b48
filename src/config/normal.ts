import type { Json, JsonObject } from '../base/json.ts'
import { Secret } from '../base/secret.ts'
import { compareText } from './codes.ts'
import { APPLICATION, grantsOf, KEY_POLICY, methodOf, RESOURCE, TENANT } from './defaults.ts'
import type { SecretSource } from './desired-state.ts'
import { seconds } from './duration.ts'
import { epochSeconds } from './instant.ts'
import type { DocumentOf, Kind } from './kinds.ts'
import type { Item } from './schema.ts'

/** A member that is left out where there is no value, so that absent and unset are one. */
type Members = Readonly<Record<string, Json | undefined>>

/** The spec in normal form: defaults filled, durations in seconds, sets sorted, secrets as references. */
export function normalSpec(item: Item): JsonObject {
  switch (item.kind) {
    case 'Project':
      return compact({ rootTenant: item.document.spec?.rootTenant })
    case 'Environment':
      return compact({ ...item.document.spec })
    case 'Tenant':
      return tenantSpec(item.document)
    case 'KeyPolicy':
      return keyPolicySpec(item.document.spec)
    case 'Resource':
      return resourceSpec(item.document)
    case 'Scope':
      return scopeSpec(item.document)
    case 'Role': {
      const { description, permissions } = item.document.spec ?? {}
      return compact({ description, permissions: sorted(permissions) })
    }
    case 'Application':
      return applicationSpec(item.document)
    case 'User':
      return userSpec(item.document)
  }
}

const compact = (members: Members): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined),
  )

const sorted = (names: readonly string[] = []): readonly string[] =>
  [...new Set(names)].sort(compareText)

type Spec<K extends Kind> = NonNullable<DocumentOf<K>['spec']>

function tenantSpec({ metadata, spec = {} }: DocumentOf<'Tenant'>): JsonObject {
  const { session, signIn, branding } = spec
  return compact({
    displayName: spec.displayName ?? metadata.name,
    branding: compact({ color: branding?.color ?? TENANT.color, logoUri: branding?.logoUri }),
    hosts: spec.hosts ?? [],
    keyPolicy: spec.keyPolicy,
    session: {
      idle: seconds(session?.idle ?? TENANT.session.idle),
      absolute: seconds(session?.absolute ?? TENANT.session.absolute),
    },
    signIn: {
      maxFailures: signIn?.maxFailures ?? TENANT.signIn.maxFailures,
      lockout: seconds(signIn?.lockout ?? TENANT.signIn.lockout),
      passwordHash: signIn?.passwordHash ?? TENANT.signIn.passwordHash,
    },
  })
}

export function keyPolicySpec(spec: Spec<'KeyPolicy'>): JsonObject {
  const filled = { ...KEY_POLICY, ...spec }
  return {
    algorithms: sorted(filled.algorithms),
    rotateEvery: seconds(filled.rotateEvery),
    publishAhead: seconds(filled.publishAhead),
    keepAfter: seconds(filled.keepAfter),
    rsaBits: filled.rsaBits,
  }
}

function resourceSpec({ metadata, spec }: DocumentOf<'Resource'>): JsonObject {
  const tokens = { ...RESOURCE, ...spec.tokens }
  return {
    identifier: spec.identifier,
    displayName: spec.displayName ?? metadata.name,
    scopes: (spec.scopes ?? [])
      .map(({ name, displayName = name, description }) =>
        compact({ name, displayName, description }),
      )
      .sort((left, right) => compareText(String(left.name), String(right.name))),
    tokens: { ...tokens, ttl: seconds(tokens.ttl) },
    introspectors: sorted(spec.introspectors),
  }
}

function scopeSpec({ metadata, spec = {} }: DocumentOf<'Scope'>): JsonObject {
  const { displayName = metadata.name, description, claims } = spec
  return compact({ displayName, description, claims: sorted(claims) })
}

function applicationSpec({ metadata, spec }: DocumentOf<'Application'>): JsonObject {
  return {
    clientId: spec.clientId ?? metadata.name,
    type: spec.type,
    displayName: spec.displayName ?? metadata.name,
    disabled: spec.disabled ?? false,
    redirectUris: sorted(spec.redirectUris),
    postLogoutRedirectUris: sorted(spec.postLogoutRedirectUris),
    grants: sorted(grantsOf(spec)),
    scopes: sorted(spec.scopes),
    pkce: spec.pkce ?? 'required',
    consent: spec.consent ?? 'required',
    tokens: tokensSpec(spec.tokens ?? {}),
    clientAuth: {
      method: methodOf(spec),
      secrets: (spec.clientAuth?.secrets ?? [])
        .map(({ id, value, expiresAt }) =>
          compact({
            id,
            value: referenceOf(value),
            expiresAt: expiresAt === undefined ? undefined : epochSeconds(expiresAt),
          }),
        )
        .sort((left, right) => compareText(String(left.id), String(right.id))),
    },
  }
}

function tokensSpec(tokens: NonNullable<Spec<'Application'>['tokens']>): JsonObject {
  const id = { ...APPLICATION.idToken, ...tokens.id }
  const refresh = { ...APPLICATION.refresh, ...tokens.refresh }
  const access = tokens.access?.ttl
  return {
    access: compact({ ttl: access === undefined ? undefined : seconds(access) }),
    id: { ttl: seconds(id.ttl), algorithm: id.algorithm },
    refresh: {
      ...refresh,
      ttl: seconds(refresh.ttl),
      idle: seconds(refresh.idle),
      grace: seconds(refresh.grace),
    },
    code: { ttl: seconds(tokens.code?.ttl ?? APPLICATION.code) },
  }
}

function userSpec({ metadata, spec }: DocumentOf<'User'>): JsonObject {
  return compact({
    username: spec.username ?? metadata.name,
    email: spec.email,
    emailVerified: spec.emailVerified ?? false,
    password: spec.password === undefined ? undefined : referenceOf(spec.password),
    claims: spec.claims ?? {},
    roles: sorted(spec.roles),
  })
}

type SecretValue = NonNullable<Spec<'User'>['password']>

const GENERATED_BYTES = 32

/** What is said of a secret, without the secret. */
function referenceOf(value: SecretValue): JsonObject {
  const source = sourceOf(value, '')
  return source.from === 'literal' ? { from: 'literal' } : { ...source }
}

/** `place` is what a literal is called wherever it would be printed. */
export function sourceOf(value: SecretValue, place: string): SecretSource {
  if (typeof value === 'string') return { from: 'literal', value: new Secret(value, place) }
  if (value.fromEnv !== undefined) return { from: 'env', name: value.fromEnv }
  if (value.fromFile !== undefined) return { from: 'file', path: value.fromFile }
  return { from: 'generate', bytes: value.generate?.bytes ?? GENERATED_BYTES }
}
