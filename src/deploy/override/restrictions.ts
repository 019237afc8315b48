import { canonicalJson, type Json } from '../../base/json.ts'
import { type Step, shapeOf } from '../../config/field-path.ts'

interface Restriction {
  /** What of the wanted value allows no more than the declared one does. Undefined is the absence of either. */
  readonly limit: (declared: Json | undefined, wanted: Json | undefined) => Json | undefined
  /** Whether it restricts anything at all. */
  readonly takes: (wanted: Json | undefined) => boolean
}

/** The smaller number. `absent` is what an absent one comes to: no limit, unless it is said. */
const less = (absent = Number.POSITIVE_INFINITY): Restriction => ({
  limit(declared, wanted) {
    const most = typeof declared === 'number' ? declared : absent
    return typeof wanted === 'number' && wanted <= most ? wanted : declared
  },
  takes: (wanted) => typeof wanted === 'number',
})

/** Only what both lists have. */
const fewer: Restriction = {
  limit(declared, wanted) {
    const kept = new Set(listOf(wanted).map(canonicalJson))
    return listOf(declared).filter((each) => kept.has(canonicalJson(each)))
  },
  takes: (wanted) => Array.isArray(wanted),
}

const only = (strict: Json): Restriction => ({
  limit: (declared, wanted) => (wanted === strict ? strict : declared),
  takes: (wanted) => wanted === strict,
})

/** An element of a list may go; what it is stays as it is. */
const gone: Restriction = {
  limit: (declared, wanted) => (wanted === undefined ? undefined : declared),
  takes: (wanted) => wanted === undefined,
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

/** Seconds; as `entitle` takes it where nothing is said. */
const ACCESS_TOKEN = 900

/** A list whose elements may be taken away, one by one or by writing down what stays. */
const list = (path: string): Readonly<Record<string, Restriction>> => ({
  [path]: fewer,
  [`${path}[]`]: gone,
})

const TENANT: Readonly<Record<string, Restriction>> = {
  par: only('required'),
  'token.jsonBodies': only(false),
  'session.idle': less(),
  'session.absolute': less(),
  'signIn.maxFailures': less(),
}

const APPLICATION: Readonly<Record<string, Restriction>> = {
  disabled: only(true),
  ...list('redirectUris'),
  ...list('postLogoutRedirectUris'),
  ...list('corsOrigins'),
  ...list('onwardOrigins'),
  ...list('grants'),
  ...list('scopes'),
  pkce: only('required'),
  par: only('required'),
  'requestObject.required': only(true),
  consent: only('required'),
  'tokens.access.ttl': less(ACCESS_TOKEN),
  'tokens.id.ttl': less(),
  'tokens.code.ttl': less(),
  'tokens.refresh.ttl': less(),
  'tokens.refresh.idle': less(),
  'tokens.refresh.grace': less(),
  'tokens.refresh.rotation': only('required'),
  'tokens.refresh.issue': only('offline_access'),
  'clientAuth.secrets[]': gone,
  'clientAuth.secrets[].expiresAt': less(),
  'ciba.ttl': less(),
  'ciba.maxPending': less(),
  'ciba.requireSignedRequest': only(true),
  'ciba.userCode': only('required'),
  'device.ttl': less(),
  'passwordGrant.until': less(),
}

/** What an operator may put in force without saying that it is meant: nobody can do more by it. */
const RESTRICTIONS: Readonly<Record<string, Readonly<Record<string, Restriction>>>> = {
  Environment: list('outbound.allow'),
  Tenant: TENANT,
  Application: APPLICATION,
  Resource: { 'tokens.ttl': less(), ...list('introspectors') },
  Scope: list('claims'),
  Role: list('permissions'),
}

interface Values {
  readonly declared: Json | undefined
  readonly wanted: Json | undefined
}

/** The declared value itself where no rule knows the field. */
export function restricted(
  kind: string,
  steps: readonly Step[],
  { declared, wanted }: Values,
): Json | undefined {
  const rule = ruleOf(kind, steps)
  return rule === undefined ? declared : rule.limit(declared, wanted)
}

/** Whether the wanted value allows no more than the declared one does, and can ever allow less. */
export function isRestricting(kind: string, steps: readonly Step[], values: Values): boolean {
  const rule = ruleOf(kind, steps)
  if (rule === undefined || !rule.takes(values.wanted)) return false
  return textOf(rule.limit(values.declared, values.wanted)) === textOf(values.wanted)
}

function ruleOf(kind: string, steps: readonly Step[]): Restriction | undefined {
  const rules = RESTRICTIONS[kind] ?? {}
  const shape = shapeOf(steps)
  return Object.hasOwn(rules, shape) ? rules[shape] : undefined
}

const textOf = (value: Json | undefined): string => canonicalJson(value ?? null)
