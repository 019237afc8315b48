import type { EpochSeconds } from '../../base/time.ts'
import type { ConfigurationTest } from '../../config/tests.ts'
import { corsHeaders } from '../../http/cors.ts'
import { checkReturnAddress } from '../../login/onward.ts'
import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import { isActive } from '../../oauth/active.ts'
import { identify } from '../../oauth/authorize/index.ts'
import { token } from '../../oauth/endpoints/token.ts'
import { OAuthError } from '../../oauth/errors.ts'
import { Params } from '../../oauth/params.ts'
import {
  openedGrant,
  rehearseAuthorization,
  rehearseClientCredentials,
} from '../../oauth/rehearsal.ts'
import { formatScope, isStandardScope } from '../../oauth/scope.ts'
import type { Preview } from '../../oauth/tokens/preview.ts'

export type Answer =
  | { readonly is: 'refused'; readonly error: string; readonly why: string }
  | { readonly is: 'accepted'; readonly tokens?: Preview }

/** Whom it is asked of. */
export interface World {
  readonly tenant: Tenant
  readonly people: readonly User[]
  readonly now: EpochSeconds
}

/** What the server would answer: asked of the functions that it asks itself. */
export function ask(test: ConfigurationTest, world: World): Answer {
  try {
    const tokens = tried(test, world)
    return { is: 'accepted', ...(tokens === undefined ? {} : { tokens }) }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return { is: 'refused', error: error.code, why: error.message }
  }
}

function tried({ when, application: name }: ConfigurationTest, world: World): Preview | undefined {
  const { tenant } = world
  if (when.corsOrigin !== undefined) return calledFrom(when.corsOrigin, tenant)
  const application = [...tenant.applications.values()].find((each) => each.name === name)
  if (application === undefined) throw new Error(`there is no application ${name}`)
  if (when.authorize !== undefined) return authorized(when.authorize, application, world)
  if (when.clientCredentials !== undefined) {
    const { scope, resource } = when.clientCredentials
    const params = paramsOf({ scope, resource })
    return rehearseClientCredentials(params, application, world)
  }
  if (when.grant !== undefined) openedGrant(when.grant, application, world)
  if (when.redirectUri !== undefined) identify(addressed(application, when.redirectUri), { tenant })
  if (when.postLogoutRedirectUri !== undefined) returned(when.postLogoutRedirectUri, application)
  return undefined
}

function calledFrom(origin: string, tenant: Tenant): undefined {
  if (!('access-control-allow-origin' in corsHeaders(token, origin, tenant)))
    throw new OAuthError('invalid_request', 'scripts from this origin may not call')
}

function returned(uri: string, application: Application): void {
  if (!isActive(application)) throw new OAuthError('invalid_request', 'client_id is not known')
  checkReturnAddress(uri, application)
}

const addressed = ({ clientId }: Application, uri: string): Params =>
  paramsOf({ client_id: clientId, redirect_uri: uri, response_type: 'code' })

function authorized(
  asked: NonNullable<ConfigurationTest['when']['authorize']>,
  application: Application,
  { tenant, people, now }: World,
): Preview {
  const { redirectUri = application.redirectUris[0], resource, parameters } = asked
  const { scope = allScopes(application, resource, tenant), pkce = 'S256' } = asked
  const mustPush = application.par === 'required' || tenant.par === 'required'
  const { pushed = mustPush, signed = application.requestObject.isRequired } = asked
  const person = people.find(({ uid }) => uid.split('/').at(-1) === asked.user)
  const params = paramsOf({
    client_id: application.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    resource,
    ...CHALLENGES[pkce],
    ...parameters,
  })
  const user = person ?? somebody(now)
  return rehearseAuthorization(params, {
    isPushed: pushed,
    isSigned: signed,
    user,
    tenant,
    now,
  })
}

/** All it may have, of this API where it names one. */
function allScopes({ scopes }: Application, resource: string | undefined, tenant: Tenant): string {
  const possible = [...scopes].flatMap((name) => tenant.scopes.get(name) ?? [])
  const within = possible.filter(
    (each) => resource === undefined || isStandardScope(each.name) || each.resource === resource,
  )
  return formatScope(within.map(({ name }) => name))
}

/** Of the form that one has; nobody shows what it was made of. */
const CHALLENGE = 'c'.repeat(43)

const CHALLENGES = {
  S256: { code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  plain: { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
  none: {},
} as const

const paramsOf = (given: Readonly<Record<string, string | undefined>>): Params =>
  Params.of(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )

/** Of whom nothing is known. */
const somebody = (now: EpochSeconds): User => ({
  uid: '',
  sub: '<sub of somebody>',
  username: 'somebody',
  email: undefined,
  emailVerified: false,
  claims: {},
  roles: [],
  groups: [],
  passwordHash: undefined,
  cibaUserCodeHash: undefined,
  createdAt: now,
  updatedAt: now,
  disabledAt: undefined,
})
