import { nearest } from '../base/nearest.ts'
import type { Seconds } from '../base/time.ts'
import { type Application, isConfidential } from '../model/application.ts'
import type { Resource } from '../model/resource.ts'
import type { Tenant } from '../model/tenant.ts'
import { isActive } from '../oauth/active.ts'
import { resourceNamed } from '../oauth/resource.ts'
import { type ApiTokenTerms, heldAt } from '../oauth/tokens/api-token.ts'
import { EXIT, Failure } from './exit.ts'
import { lengthOf } from './flag-values.ts'
import { applicationNamed } from './tenants.ts'

const USUAL: Seconds = 90 * 86_400
const LONGEST: Seconds = 400 * 86_400
const LONGEST_NAME = 100

export interface TermsFlags {
  readonly resource: string
  readonly scope?: string
  readonly name?: string
  readonly ttl?: string
}

/** What can be said without a database. */
export const saidOf = ({ name, ttl }: TermsFlags): Pick<ApiTokenTerms, 'name' | 'lifetime'> => ({
  name: name === undefined ? undefined : nameOf(name),
  lifetime: lifetimeOf(ttl),
})

/** Whose it is to be, for which API, and with which of the scopes there. */
export function grantedOf(
  flags: TermsFlags,
  name: string,
  tenant: Tenant,
): Omit<ApiTokenTerms, 'name' | 'lifetime'> {
  const application = keeperOf(applicationNamed(tenant, name))
  const resource = resourceOf(flags.resource, tenant)
  return { application, resource, scopes: scopesOf(flags.scope, resource, { application, tenant }) }
}

function lifetimeOf(text: string | undefined): Seconds {
  const lifetime = text === undefined ? USUAL : lengthOf('--ttl', text)
  if (lifetime > 0 && lifetime <= LONGEST) return lifetime
  throw new Failure(
    EXIT.usage,
    `an API token lasts from 1s to 400d, not ${text}`,
    'make another one before it ends',
  )
}

function nameOf(text: string): string {
  const name = text.trim()
  if (name !== '' && name.length <= LONGEST_NAME) return name
  throw new Failure(EXIT.usage, `--name takes 1 to ${LONGEST_NAME} characters`)
}

/** Whoever cannot keep a secret of its own cannot keep this one. */
function keeperOf(application: Application): Application {
  const { name, type } = application
  if (!isActive(application))
    throw new Failure(EXIT.failed, `${name} is disabled`, 'put it in force first')
  if (isConfidential(application) && (type === 'machine' || type === 'web')) return application
  throw new Failure(
    EXIT.failed,
    `${name} cannot keep an API token to itself`,
    'choose an application of type machine or web that authenticates',
  )
}

function resourceOf(name: string, tenant: Tenant): Resource {
  const all = [...tenant.resources.values()]
  const found = all.find((each) => each.name === name) ?? resourceNamed(name, tenant)
  if (found !== undefined) return found
  const known = all.flatMap((each) => [each.name, each.identifier])
  const meant = nearest(name, known)
  throw new Failure(
    EXIT.failed,
    `there is no resource "${name}" in ${tenant.name}`,
    meant === undefined ? `use one of ${known.join(', ')}` : `did you mean ${meant}?`,
  )
}

function scopesOf(
  text: string | undefined,
  resource: Resource,
  of: { readonly application: Application; readonly tenant: Tenant },
): readonly string[] {
  const possible = heldAt(resource.identifier, resource.scopes, of)
  const wanted = text === undefined ? possible : new Set(text.split(' ').filter(Boolean))
  const scopes = [...wanted]
  const foreign = scopes.find((name) => !possible.includes(name))
  if (foreign === undefined && scopes.length > 0) return scopes
  throw new Failure(
    EXIT.failed,
    foreign === undefined
      ? `no scope of ${resource.name} is asked for, or ${of.application.name} has none`
      : `${of.application.name} does not have a scope "${foreign}" at ${resource.name}`,
    possible.length === 0
      ? `list one of ${resource.scopes.join(', ')} in its scopes, and apply`
      : `use some of ${possible.join(', ')}`,
  )
}
