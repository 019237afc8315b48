/** Realm exports of Keycloak: one realm, or a list of them. */
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts'
import type { ForeignDocument, TenantDraft } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { namesOf } from '../name.ts'
import { isList } from '../path.ts'
import type { Product } from '../product.ts'
import { lifetimeOf, MOST, textOf } from '../said.ts'
import { tenantNames } from '../tenant-name.ts'
import { clientOf, type RealmDefaults } from './client.ts'
import { remarks } from './remarks.ts'
import { ownText, scopeDocuments } from './scopes.ts'

export const keycloak: Product = {
  name: 'keycloak',
  title: 'Keycloak',
  export: 'the JSON that "kc.sh export" writes, or a partial export of a realm',
  isExport: (value) => (isList(value) ? value.length > 0 && value.every(isRealm) : isRealm(value)),
  remarks,
  read({ root }, asked) {
    const realms = isList(root.value) ? root.items() : [root]
    const nameFor = tenantNames()
    const tenants = realms.map((realm, index) =>
      tenantOf(
        realm,
        nameFor(realm.at('realm').text() ?? '', index === 0 ? asked : { tenant: undefined }),
      ),
    )
    const publicUrl = realms
      .map((realm) => originOf(realm.at('attributes').at('frontendUrl')))
      .find(Boolean)
    return { tenants, ...(publicUrl && { publicUrl }) }
  },
}

const isRealm = (value: Json): boolean =>
  isJsonObject(value) && typeof value.realm === 'string' && !Array.isArray(value.staticClients)

function originOf(from: Foreign): string | undefined {
  const url = URL.parse(from.text() ?? '')
  if (url !== null)
    from.tell(
      'the address that issuers begin with',
      'the issuer is {publicUrl}/{tenant} now: tell every application',
    )
  return url?.protocol === 'https:' ? url.origin : undefined
}

function tenantOf(realm: Foreign, name: string): TenantDraft {
  const documents = [
    ...scopeDocuments(realm.at('clientScopes')),
    ...roleDocuments(realm.at('roles').at('realm')),
  ]
  const defaults = defaultsOf(realm)
  return {
    name,
    spec: specOf(realm),
    documents,
    scopes: new Set(documents.filter(({ kind }) => kind === 'Scope').map((each) => each.name)),
    applications: realm
      .at('clients')
      .items()
      .flatMap((client) => clientOf(client, defaults) ?? []),
  }
}

function defaultsOf(realm: Foreign): RealmDefaults {
  const seconds = (name: string, most: number): string | undefined =>
    lifetimeOf(realm.at(name), realm.at(name).count(), most)
  const ttl = seconds('oauth2DeviceCodeLifespan', MOST.device)
  const interval = seconds('oauth2DevicePollingInterval', 600)
  return {
    access: seconds('accessTokenLifespan', MOST.access),
    code: seconds('accessCodeLifespan', MOST.code),
    refresh: seconds('ssoSessionMaxLifespan', MOST.refresh),
    idle: seconds('ssoSessionIdleTimeout', MOST.refresh),
    device: { ...(ttl && { ttl }), ...(interval && { interval }) },
  }
}

function specOf(realm: Foreign): JsonObject {
  const displayName = textOf(realm.at('displayName'))
  const idle = lifetimeOf(
    realm.at('ssoSessionIdleTimeout'),
    realm.at('ssoSessionIdleTimeout').count(),
    MOST.session,
  )
  const absolute = lifetimeOf(
    realm.at('ssoSessionMaxLifespan'),
    realm.at('ssoSessionMaxLifespan').count(),
    MOST.session,
  )
  const session = { ...(idle && { idle }), ...(absolute && { absolute }) }
  const signIn = signInOf(realm)
  return {
    ...(displayName && { displayName }),
    ...(Object.keys(session).length > 0 && { session }),
    ...(Object.keys(signIn).length > 0 && { signIn }),
  }
}

function signInOf(realm: Foreign): JsonObject {
  const isProtected = realm.at('bruteForceProtected')
  if (isProtected.flag() !== true) {
    if (isProtected.value === false)
      isProtected.tell(
        'accounts were never locked',
        'they are, after 5 wrong passwords; change signIn of the Tenant',
      )
    return {}
  }
  const failures = realm.at('failureFactor')
  const maxFailures = failures.count()
  const isFine =
    maxFailures !== undefined &&
    Number.isInteger(maxFailures) &&
    maxFailures >= 1 &&
    maxFailures <= 100
  if (maxFailures !== undefined && !isFine)
    failures.tell('a number of failures', 'between 1 and 100 can be allowed')
  const lockout = lifetimeOf(
    realm.at('maxFailureWaitSeconds'),
    realm.at('maxFailureWaitSeconds').count(),
    MOST.session,
  )
  return { ...(isFine && { maxFailures }), ...(lockout && { lockout }) }
}

const OWN_ROLE = /^(offline_access|uma_authorization|default-roles-.*)$/

function roleDocuments(roles: Foreign): readonly ForeignDocument[] {
  const nameFor = namesOf()
  return roles.items().flatMap((role): readonly ForeignDocument[] => {
    const from = role.at('name')
    const name = from.text()
    if (name === undefined || OWN_ROLE.test(name)) {
      role.skip(`the role ${name ?? ''}`.trim(), 'a role of Keycloak itself: nothing here needs it')
      return []
    }
    const described = ownText(role.at('description'))
    const named = nameFor(name, 'role')
    if (named !== name)
      from.tell(`the role "${name.slice(0, 80)}"`, `it is called ${named} now, in tokens as well`)
    return [{ kind: 'Role', name: named, ...(described && { spec: { description: described } }) }]
  })
}
