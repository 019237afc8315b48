import type { DesiredObject } from '../../config/desired-state.ts'
import type { Application } from '../../model/application.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Tenant } from '../../model/tenant.ts'
import type { Paint } from '../paint.ts'
import type { Project } from '../project.ts'

/** Where everything is, and a command that gets a token. */
export const banner = (snapshot: Snapshot, project: Project, paint: Paint): string =>
  `\n${snapshot.tenants.map((tenant) => tenantText(tenant, project, paint)).join('\n')}\nWatching ${project.root} for changes. Ctrl-C stops.\n`

function tenantText(tenant: Tenant, { desired }: Project, paint: Paint): string {
  const own = desired.objects.filter((object) => object.tenant === tenant.name)
  const users = own.filter(({ kind }) => kind === 'User')
  const worker = [...tenant.applications.values()].find(({ grants }) =>
    grants.has('client_credentials'),
  )
  return [
    `${paint.strong(tenant.displayName)}  ${tenant.issuer}`,
    `  discovery  ${tenant.issuer}/.well-known/openid-configuration`,
    ...users.slice(0, 3).map((user) => `  user       ${userText(user)}`),
    ...(worker === undefined ? [] : ['', `  ${curl(tenant, worker, own)}`]),
    '',
  ].join('\n')
}

const userText = (user: DesiredObject): string => {
  const login = user.spec.email ?? user.spec.username ?? user.name
  const password = literal(user, 'password')
  return password === undefined ? `${login}` : `${login}, password ${password}`
}

function curl(tenant: Tenant, worker: Application, own: readonly DesiredObject[]): string {
  const object = own.find(({ kind, name }) => kind === 'Application' && name === worker.name)
  const secret = worker.secrets[0] && object && literal(object, worker.secrets[0].id)
  const credentials = `${worker.clientId}:${secret ?? '<its secret>'}`
  return `curl -u '${credentials}' -d grant_type=client_credentials ${tenant.issuer}/token`
}

/** Only what stands in the documents in plain sight, which `kind: dev` alone allows. */
function literal(object: DesiredObject, id: string): string | undefined {
  const declared = object.secrets.find((secret) => secret.id === id)
  return declared?.source.from === 'literal' ? declared.source.value.reveal() : undefined
}
