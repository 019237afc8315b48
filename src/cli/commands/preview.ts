import type { JsonObject } from '../../base/json.ts'
import { nearest } from '../../base/nearest.ts'
import { toSeconds } from '../../base/time.ts'
import type { Application } from '../../model/application.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import { OAuthError } from '../../oauth/errors.ts'
import { parseScope } from '../../oauth/scope.ts'
import { type Preview, type PreviewRequest, previewTokens } from '../../oauth/tokens/preview.ts'
import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'
import { readProject } from '../project.ts'
import { table } from '../table.ts'

interface Flags {
  readonly app: string
  readonly user?: string
  readonly tenant?: string
  readonly scope?: string
  readonly resource?: string
}

/** Shows what tokens would say, from the documents alone. */
export async function previewToken(invocation: Invocation, flags: Flags): Promise<Outcome> {
  const { snapshotOfDocuments, usersOfDocuments } = await import('../../deploy/documents.ts')
  const { desired } = await readProject(invocation)
  const now = toSeconds(invocation.world.clock.milliseconds())
  const tenant = tenantOf(snapshotOfDocuments(desired), flags.tenant)
  const application = applicationOf(tenant, flags.app)
  const people = usersOfDocuments(desired, tenant.name, now)
  const user = flags.user === undefined ? undefined : userOf(people, flags.user, tenant)
  if (user === undefined && !application.grants.has('client_credentials')) throw userNeeded(flags)
  const scopes = scopesOf(flags.scope, application, tenant, user)
  const request = { tenant, application, user, scopes, resource: flags.resource, now }
  const preview = previewed(request)
  return {
    exit: EXIT.ok,
    kind: 'TokenPreview',
    body: {
      tenant: tenant.name,
      application: application.name,
      user: user?.username ?? null,
      scopes: preview.scopes,
      accessToken: { ...preview.accessToken, algorithm: preview.accessToken.algorithm ?? null },
      idToken: preview.idToken ?? null,
      userinfo: preview.userinfo ?? null,
    },
    text: textOf(preview),
  }
}

function previewed(request: PreviewRequest): Preview {
  try {
    return previewTokens(request)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const known = [...request.tenant.resources.keys()].join(', ')
    throw new Failure(
      EXIT.failed,
      `the server would answer ${error.code}: ${error.message}`,
      known === '' ? undefined : `name one with --resource: ${known}`,
    )
  }
}

function tenantOf({ byName, tenants }: Snapshot, name: string | undefined): Tenant {
  const [only, other] = tenants
  if (name === undefined && only !== undefined && other === undefined) return only
  if (name === undefined)
    throw new Failure(
      EXIT.usage,
      'the project does not have exactly one tenant',
      `choose one with --tenant: ${[...byName.keys()].join(', ')}`,
    )
  return byName.get(name) ?? notFound('tenant', name, byName.keys())
}

function applicationOf({ applicationsByUid, applications }: Tenant, name: string): Application {
  const all = [...applicationsByUid.values()]
  const found = all.find((each) => each.name === name) ?? applications.get(name)
  return (
    found ??
    notFound(
      'application',
      name,
      all.map((each) => each.name),
    )
  )
}

function userOf(people: readonly User[], name: string, tenant: Tenant): User {
  const wanted = name.toLowerCase()
  const found = people.find(({ username, email, uid }) =>
    [username, email, uid.split('/').at(-1)].some((each) => each?.toLowerCase() === wanted),
  )
  return (
    found ??
    notFound(
      `declared user of ${tenant.name}`,
      name,
      people.map((each) => each.username),
    )
  )
}

/** Those asked for, or all it may have; without a person, none of those that are about people. */
function scopesOf(
  asked: string | undefined,
  { scopes }: Application,
  tenant: Tenant,
  user: User | undefined,
): readonly string[] {
  const possible = [...scopes].filter((name) => tenant.scopes.has(name))
  const wanted = asked === undefined ? possible : parseScope(asked)
  const unknown = wanted.find((name) => !possible.includes(name))
  if (unknown !== undefined) return notFound('scope of the application', unknown, possible)
  const isPersonal = (name: string) => tenant.scopes.get(name)?.resource === undefined
  return user === undefined ? wanted.filter((name) => !isPersonal(name)) : wanted
}

function notFound(what: string, name: string, known: Iterable<string>): never {
  const names = [...known]
  const meant = nearest(name, names)
  const others = names.length === 0 ? 'there is none' : `use one of ${names.join(', ')}`
  throw new Failure(
    EXIT.failed,
    `there is no ${what} "${name}"`,
    meant === undefined ? others : `did you mean ${meant}?`,
  )
}

const userNeeded = ({ app }: Flags): Failure =>
  new Failure(EXIT.usage, `${app} gets tokens for people only`, 'name a declared user with --user')

function textOf({ accessToken, idToken, userinfo }: Preview): string {
  const { format, algorithm, audience, lifetime, claims } = accessToken
  const kind = format === 'jwt' ? `JWT, ${algorithm}` : 'opaque: says nothing by itself'
  return [
    `Access token for ${audience} (${kind}, ${lifetime} s)\n${rows(claims)}`,
    ...(idToken === undefined ? [] : [`ID token\n${rows(idToken)}`]),
    ...(userinfo === undefined ? [] : [`Userinfo\n${rows(userinfo)}`]),
  ].join('\n')
}

const rows = (claims: JsonObject): string =>
  table(
    Object.entries(claims).map(([name, value]) => [
      `  ${name}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
