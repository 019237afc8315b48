/** The tenant.yaml of the Auth0 deploy CLI. */
import { isJsonObject, type JsonObject } from '../../../base/json.ts'
import type { ForeignDocument, TenantDraft, Written } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { namesOf } from '../name.ts'
import { isList } from '../path.ts'
import type { Product } from '../product.ts'
import { lifetimeOf, MOST, textOf, textsOf } from '../said.ts'
import { tenantNames } from '../tenant-name.ts'
import { clientOf } from './client.ts'
import { remarks } from './remarks.ts'
import { resourceDocuments } from './resources.ts'

const LISTS = [
  'clients',
  'resourceServers',
  'clientGrants',
  'databases',
  'connections',
  'rulesConfigs',
  'actions',
]

export const auth0: Product = {
  name: 'auth0',
  title: 'Auth0',
  export: 'the tenant.yaml that "a0deploy export --format=yaml" writes',
  isExport: (value) =>
    isJsonObject(value) &&
    value.realm === undefined &&
    (LISTS.filter((name) => isList(value[name])).length >= 2 ||
      (isList(value.clients) &&
        value.clients.some((each) => isJsonObject(each) && Object.hasOwn(each, 'app_type'))) ||
      (isJsonObject(value.tenant) && Object.hasOwn(value.tenant, 'friendly_name'))),
  remarks,
  read: ({ root }, asked) => ({ tenants: [tenantOf(root, tenantNames()('main', asked))] }),
}

function tenantOf(root: Foreign, name: string): TenantDraft {
  const resources = resourceDocuments(root.at('resourceServers'))
  const documents = [...resources.documents, ...roleDocuments(root.at('roles'))]
  if (resources.scopes.size > 0)
    root
      .at('resourceServers')
      .tell(
        'scopes that all applications may ask people for',
        'add those that it needs to the scopes of each Application',
      )
  const granted = grantedScopes(root.at('clientGrants'), resources.identifiers)
  const clients = root.at('clients').items()
  const names = new Set<string | undefined>(
    clients.flatMap((client) =>
      [client.at('name'), client.at('client_id')].map(({ value }) => String(value)),
    ),
  )
  for (const [client, scopes] of granted)
    if (!names.has(client))
      for (const { text, from } of scopes)
        from.tell(
          `the scope ${text} for ${client.slice(0, 80)}, which is not in the export`,
          'import that client as well',
        )
  return {
    name,
    spec: specOf(root),
    documents,
    scopes: resources.scopes,
    applications: clients.flatMap(
      (client) => clientOf(client, (each) => granted.get(each) ?? []) ?? [],
    ),
  }
}

/** By the name of the client, or its client_id. */
function grantedScopes(
  grants: Foreign,
  identifiers: ReadonlySet<string>,
): ReadonlyMap<string, readonly Written[]> {
  const found = grants.items().flatMap((grant) => {
    const client = grant.at('client_id').text()
    const audience = grant.at('audience').text()
    const scopes = textsOf(grant.at('scope'))
    if (client !== undefined && scopes.length === 0) {
      grant.skip('a grant without scopes', 'nothing: it allows nothing')
      return []
    }
    if (client !== undefined && audience !== undefined && identifiers.has(audience))
      return scopes.map((written) => ({ client, written }))
    grant.skip(
      'a grant for an API that is not among the documents',
      'describe the API as a Resource, and add its scopes to the application',
    )
    return []
  })
  const byClient = Map.groupBy(found, ({ client }) => client)
  return new Map(
    [...byClient].map(([client, each]) => [client, each.map(({ written }) => written)]),
  )
}

function roleDocuments(roles: Foreign): readonly ForeignDocument[] {
  const nameFor = namesOf()
  return roles.items().flatMap((role): readonly ForeignDocument[] => {
    const from = role.at('name')
    const name = from.text()
    if (name === undefined) {
      role.skip('a role without a name', 'describe it as kind: Role')
      return []
    }
    const named = nameFor(name, 'role')
    if (named !== name)
      from.tell(`the role "${name.slice(0, 80)}"`, `it is called ${named} now, in tokens as well`)
    const description = textOf(role.at('description'))
    const permissions = role
      .at('permissions')
      .items()
      .flatMap((each) => textOf(each.at('permission_name')) ?? [])
    const spec = {
      ...(description && { description }),
      ...(permissions.length > 0 && { permissions: [...new Set(permissions)] }),
    }
    return [{ kind: 'Role', name: named, ...(Object.keys(spec).length > 0 && { spec }) }]
  })
}

const HOUR = 3600

function specOf(root: Foreign): JsonObject {
  const tenant = root.at('tenant')
  const displayName = textOf(tenant.at('friendly_name'))
  const hours = (name: string): string | undefined => {
    const count = tenant.at(name).count()
    return lifetimeOf(tenant.at(name), count === undefined ? undefined : count * HOUR, MOST.session)
  }
  const absolute = hours('session_lifetime')
  const idle = hours('idle_session_lifetime')
  const branding = brandingOf(root)
  const attempts = root.at('attackProtection').at('bruteForceProtection').at('max_attempts')
  const most = attempts.count()
  const isFine = most !== undefined && Number.isInteger(most) && most >= 1 && most <= 100
  if (most !== undefined && !isFine)
    attempts.tell('a number of failures', 'between 1 and 100 can be allowed')
  const session = { ...(idle && { idle }), ...(absolute && { absolute }) }
  return {
    ...(displayName && { displayName }),
    ...(Object.keys(branding).length > 0 && { branding }),
    ...(Object.keys(session).length > 0 && { session }),
    ...(isFine && { signIn: { maxFailures: most } }),
  }
}

function brandingOf(root: Foreign): JsonObject {
  const primary = root.at('branding').at('colors').at('primary')
  const color = primary.text()
  const isColour = color !== undefined && /^#[0-9a-fA-F]{6}$/.test(color)
  if (color !== undefined && !isColour)
    primary.tell('a colour', 'write it as #rrggbb in branding of the Tenant')
  const logo = root.at('branding').at('logo_url')
  const logoUri = logo.text()
  const isFine = logoUri !== undefined && logoUri.length <= 2048 && /^https:[^\s]+$/.test(logoUri)
  if (logoUri !== undefined && !isFine)
    logo.tell('a picture', 'write an https address in branding of the Tenant')
  return { ...(isColour && { color }), ...(isFine && { logoUri }) }
}
