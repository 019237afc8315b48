import type { Seconds } from '../base/time.ts'
import {
  type ApplicationType,
  type Authentication,
  CIBA_GRANT,
  DEVICE_CODE,
  type GrantType,
} from '../model/application.ts'
import { CIBA_HINTS } from '../model/ciba.ts'
import type { SigningAlgorithm } from '../model/key.ts'
import type { DocumentOf } from './kinds.ts'

interface TypeRules {
  readonly grants: readonly GrantType[]
  /** Those it may have. */
  readonly allowed: readonly GrantType[]
  readonly method: Authentication
}

const PUBLIC = { method: 'none' } as const

/** What each type of application is given when nothing is said, and what it can have at all. */
export const TYPES: Readonly<Record<ApplicationType, TypeRules>> = {
  web: {
    grants: ['authorization_code', 'refresh_token'],
    allowed: ['authorization_code', 'refresh_token', 'client_credentials', 'password', CIBA_GRANT],
    method: 'client_secret',
  },
  spa: {
    ...PUBLIC,
    grants: ['authorization_code'],
    allowed: ['authorization_code', 'refresh_token'],
  },
  native: {
    ...PUBLIC,
    grants: ['authorization_code', 'refresh_token'],
    allowed: ['authorization_code', 'refresh_token', DEVICE_CODE],
  },
  machine: {
    grants: ['client_credentials'],
    allowed: ['client_credentials', 'password', 'refresh_token'],
    method: 'client_secret',
  },
  device: {
    ...PUBLIC,
    grants: [DEVICE_CODE, 'refresh_token'],
    allowed: [DEVICE_CODE, 'refresh_token'],
  },
}

/** Grants that a person gives. */
const WITH_PEOPLE: ReadonlySet<GrantType> = new Set([
  'authorization_code',
  'password',
  CIBA_GRANT,
  DEVICE_CODE,
])

export const signsPeopleIn = (grants: readonly GrantType[]): boolean =>
  grants.some((grant) => WITH_PEOPLE.has(grant))

export const isPublicType = (type: ApplicationType): boolean => TYPES[type].method === 'none'

export const APPLICATION = {
  code: '60s',
  device: { ttl: '10m', interval: '5s' },
  idToken: { ttl: '15m', algorithm: 'RS256' },
  refresh: { grace: '10s', idle: '14d', issue: 'offline_access', rotation: 'required', ttl: '30d' },
} as const

export const CIBA = {
  hints: CIBA_HINTS,
  ttl: '5m',
  interval: '5s',
  delivery: 'poll',
  maxPending: 1000,
} as const

export const RESPONSES = { signed: 'RS256', enc: 'A128CBC-HS256' } as const

export const RESOURCE = { format: 'jwt', algorithm: 'ES256', ttl: '15m' } as const

export const TENANT = {
  color: '#2563eb',
  session: { idle: '12h', absolute: '30d' },
  signIn: { maxFailures: 5, lockout: '15m', passwordHash: 'argon2id' },
} as const

/** What one apply may delete without being told to. */
export const GUARDS = {
  maxDeletePercent: 10,
  maxDeletes: 25,
  allowEmpty: false,
  maxRisk: 'destructive',
} as const

/** ES256 for access tokens; RS256 for ID tokens, because relying parties expect it unless told otherwise. */
export const KEY_POLICY = {
  algorithms: ['ES256', 'RS256'] satisfies readonly SigningAlgorithm[],
  rotateEvery: '90d',
  publishAhead: '1d',
  keepAfter: '1d',
  rsaBits: 2048,
} as const

/** A secret that works for longer has no end that anybody will see. */
export const SECRET_LONG: Seconds = 5 * 365 * 86_400

/** How long before its end a client secret is told of: time for two people to agree on another. */
export const SECRET_NOTICE: Seconds = 14 * 86_400

type ApplicationSpec = DocumentOf<'Application'>['spec']

export const grantsOf = (spec: ApplicationSpec): readonly GrantType[] =>
  spec.grants ?? TYPES[spec.type].grants

export const methodOf = (spec: ApplicationSpec): Authentication =>
  spec.clientAuth?.method ?? TYPES[spec.type].method

/** Instead of a secret. */
export const usesKeys = (method: Authentication): boolean =>
  method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'
