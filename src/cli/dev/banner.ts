import type { DesiredObject, DesiredState } from '../../config/desired-state.ts'
import type { Application } from '../../model/application.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { Paint } from '../paint.ts'
import type { Project } from '../project.ts'
import type { Demonstration } from './demonstration.ts'
import { literal, literalSecret } from './literal.ts'

/** Where everything is, and a command that gets a token. */
export const banner = (
  snapshot: Snapshot,
  project: Project,
  demonstration: Demonstration,
  paint: Paint,
): string =>
  `\n${snapshot.tenants.map((tenant) => tenantText(tenant, project, demonstration, paint)).join('\n')}\nWatching ${project.root} for changes. Ctrl-C stops.\n`

function tenantText(
  tenant: Tenant,
  { desired }: Project,
  demonstration: Demonstration,
  paint: Paint,
): string {
  const own = desired.objects.filter((object) => object.tenant === tenant.name)
  const users = own.filter(({ kind }) => kind === 'User')
  const signIns = [...tenant.applications.values()].flatMap(
    (application) => demonstration.urlOf(tenant.name, application) ?? [],
  )
  const worker = [...tenant.applications.values()].find(({ grants }) =>
    grants.has('client_credentials'),
  )
  return [
    `${paint.strong(tenant.displayName)}  ${tenant.issuer}`,
    `  discovery  ${tenant.issuer}/.well-known/openid-configuration`,
    ...signIns.map((url) => `  sign in    ${url}`),
    ...users.slice(0, 3).map((user) => `  user       ${userText(user)}`),
    ...(worker === undefined ? [] : ['', `  ${curl(tenant, worker, desired)}`]),
    '',
  ].join('\n')
}

const userText = (user: DesiredObject): string => {
  const login = user.spec.email ?? user.spec.username ?? user.name
  const password = literal(user, 'password')
  return password === undefined ? `${login}` : `${login}, password ${password}`
}

function curl(tenant: Tenant, worker: Application, desired: DesiredState): string {
  const secret = literalSecret(desired, tenant.name, worker) ?? '<its secret>'
  return `curl -u '${worker.clientId}:${secret}' -d grant_type=client_credentials ${tenant.issuer}/token`
}
