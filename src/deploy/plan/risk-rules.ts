import type { Risk } from '../../model/risk.ts'

interface Verdict {
  readonly risk: Risk
  readonly reason: string
}

/** What a change of a field means. The first rule that fits decides. */
export interface RiskRule {
  /** Any kind where it is left out. */
  readonly kind?: string
  readonly path: RegExp
  readonly always?: Verdict
  /** Elements that a list loses, or a value that goes. */
  readonly removed?: Verdict
  readonly added?: Verdict
  /** By the new value; null is its absence. */
  readonly becomes?: readonly (Verdict & { readonly value: unknown })[]
  readonly otherwise?: Verdict
}

const breaking = (reason: string): Verdict => ({ risk: 'breaking', reason })
const relaxing = (reason: string): Verdict => ({ risk: 'security-relaxing', reason })
const caution = (reason: string): Verdict => ({ risk: 'caution', reason })

export const LIFETIMES =
  /(^|\.)(ttl|idle|absolute|grace|lifetime|expiresAt|until|keepAfter|rotateEvery)$/

const ANY_KIND: readonly RiskRule[] = [
  {
    path: /^lifecycle\.protect$/,
    becomes: [{ value: false, ...caution('it may be deleted then') }],
  },
  { path: /^lifecycle\.reconcile$/, always: caution('who has the last word changes') },
]

const ABOVE_TENANTS: readonly RiskRule[] = [
  {
    kind: 'Environment',
    path: /^publicUrl$/,
    always: breaking('the issuers change, which partners have in their settings'),
  },
  {
    kind: 'Environment',
    path: /^rateLimits\.enabled$/,
    becomes: [{ value: false, ...relaxing('nobody is slowed down') }],
  },
  { kind: 'Environment', path: /^rateLimits\./, always: caution('other limits') },
  {
    kind: 'Environment',
    path: /^outbound\.allow$/,
    added: relaxing('the server may reach'),
    removed: breaking('the server no longer reaches'),
  },
  { kind: 'Environment', path: /^outbound/, always: relaxing('whom the server trusts changes') },
  { kind: 'Project', path: /^rootTenant$/, always: breaking('the issuers of the tenants change') },
  { kind: 'Project', path: /^signedPlans/, always: relaxing('whose plans are applied changes') },
  {
    kind: 'Tenant',
    path: /^hosts$/,
    always: breaking('the issuer may change, which partners have in their settings'),
  },
  { kind: 'Tenant', path: /^keyPolicy$/, always: caution('other keys sign') },
  {
    kind: 'Tenant',
    path: /^par$/,
    becomes: [{ value: 'required', ...breaking('requests that are not pushed are refused') }],
    otherwise: relaxing('requests need not be pushed'),
  },
  {
    kind: 'Tenant',
    path: /^signIn\.(maxFailures|lockout)$/,
    always: caution('how passwords may be tried changes'),
  },
  {
    kind: 'Tenant',
    path: /^signIn\.passwordHash$/,
    always: caution('new passwords are kept in another way'),
  },
  { kind: 'Tenant', path: /^(token|ciba)/, always: caution('another way in') },
]

const POLICIES: readonly RiskRule[] = [
  {
    kind: 'KeyPolicy',
    path: /^algorithms$/,
    removed: breaking('nothing is signed any more with'),
    added: caution('new keys are made for'),
  },
  {
    kind: 'KeyPolicy',
    path: /^encryption$/,
    removed: breaking('nobody is told any more to encrypt with'),
    added: caution('new keys are made for'),
  },
  { kind: 'KeyPolicy', path: /^rsaBits$/, always: caution('new keys have another size') },
  { kind: 'KeyPolicy', path: /./, always: caution('when keys change') },
  {
    kind: 'Role',
    path: /^permissions$/,
    removed: breaking('whoever has the role loses'),
    added: relaxing('whoever has the role gets'),
  },
  { kind: 'User', path: /^roles$/, removed: caution('loses'), added: relaxing('gets') },
  { kind: 'User', path: /^(username|email)$/, always: breaking('signs in by another name') },
  {
    kind: 'Scope',
    path: /^claims$/,
    removed: breaking('applications no longer learn'),
    added: relaxing('applications learn'),
  },
]

const RESOURCES: readonly RiskRule[] = [
  {
    kind: 'Resource',
    path: /^identifier$/,
    always: breaking('the audience changes, which the API checks'),
  },
  {
    kind: 'Resource',
    path: /^tokens\.(format|algorithm)$/,
    always: breaking('the API gets tokens of another kind'),
  },
  {
    kind: 'Resource',
    path: /^scopes\[[^\]]+\]$/,
    removed: breaking('no token has the scope any more'),
    added: caution('a new scope'),
  },
  {
    kind: 'Resource',
    path: /^introspectors$/,
    removed: breaking('may no longer ask about tokens'),
    added: relaxing('may see all about tokens'),
  },
]

const APPLICATIONS: readonly RiskRule[] = [
  {
    kind: 'Application',
    path: /^clientId$/,
    always: breaking('partners have the client_id in their settings'),
  },
  {
    kind: 'Application',
    path: /^type$/,
    always: breaking('other grants and other authentication'),
  },
  {
    kind: 'Application',
    path: /^redirectUris$/,
    removed: breaking('sign-ins no longer come back to'),
    added: caution('sign-ins may come back to'),
  },
  {
    kind: 'Application',
    path: /^postLogoutRedirectUris$/,
    removed: breaking('sign-outs no longer come back to'),
    added: caution('sign-outs may come back to'),
  },
  {
    kind: 'Application',
    path: /^grants$/,
    removed: breaking('it can no longer use'),
    added: relaxing('it may use'),
  },
  {
    kind: 'Application',
    path: /^scopes$/,
    removed: breaking('it no longer gets'),
    added: caution('it may get'),
  },
  {
    kind: 'Application',
    path: /^disabled$/,
    becomes: [{ value: true, ...breaking('everything is refused to it at once') }],
    otherwise: relaxing('it is let in again'),
  },
  {
    kind: 'Application',
    path: /^(clientAuth\.method|clientAuth\.assertionAudience)$/,
    always: breaking('it must prove in another way who it is'),
  },
  {
    kind: 'Application',
    path: /^clientAuth\.secrets\[[^\]]+\]$/,
    removed: breaking('it no longer works'),
    added: caution('one more secret works'),
  },
  {
    kind: 'Application',
    path: /^pkce$/,
    becomes: [{ value: 'optional', ...relaxing('codes may be redeemed without a verifier') }],
    otherwise: breaking('codes need a verifier'),
  },
  {
    kind: 'Application',
    path: /^tokens\.refresh\.(rotation|issue)$/,
    becomes: [
      { value: 'off', ...relaxing('a stolen refresh token is not noticed') },
      { value: 'always', ...relaxing('refresh tokens without offline_access') },
    ],
    otherwise: caution('refresh tokens are given in another way'),
  },
  {
    kind: 'Application',
    path: /^tokens\.refresh\.grace$/,
    always: caution('how long a rotation may be repeated'),
  },
  {
    kind: 'Application',
    path: /^corsOrigins$/,
    removed: breaking('scripts are refused from'),
    added: relaxing('scripts may call from'),
  },
  {
    kind: 'Application',
    path: /^consent$/,
    becomes: [{ value: 'required', ...caution('people are asked') }],
    otherwise: relaxing('people are no longer asked'),
  },
  {
    kind: 'Application',
    path: /^par$/,
    becomes: [{ value: 'required', ...breaking('requests that are not pushed are refused') }],
    otherwise: relaxing('requests need not be pushed'),
  },
  { kind: 'Application', path: /^requestObject/, always: breaking('it must ask in another way') },
  {
    kind: 'Application',
    path: /^(jwks|jwksUri)/,
    always: breaking('it must sign with other keys'),
  },
  {
    kind: 'Application',
    path: /^(tokens\.id\.(algorithm|encrypted)|userinfo|introspection|subject|sectorIdentifierUri)/,
    always: breaking('what it receives looks different'),
  },
  {
    kind: 'Application',
    path: /^(ciba|device|backchannelLogout|frontchannelLogout|initiateLoginUri)/,
    always: caution('where or how it is told'),
  },
]

export const RULES: readonly RiskRule[] = [
  ...ANY_KIND,
  ...ABOVE_TENANTS,
  ...POLICIES,
  ...RESOURCES,
  ...APPLICATIONS,
  { path: /^claims/, always: caution('tokens say something else') },
]
