import type { EpochSeconds } from '../base/time.ts'
import { APPLICATION } from '../config/defaults.ts'
import { addressOf } from '../config/desired-state.ts'
import { keyPolicySpec } from '../config/normal/tenant.ts'
import { type Application, actsForPeople } from '../model/application.ts'
import { type Resource, type ScopeDefinition, STANDARD_SCOPES } from '../model/resource.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Tenant } from '../model/tenant.ts'
import type { ConfigObject, LiveState, StoredSecret } from '../store/config-port.ts'
import { compileApplication } from './compile/application.ts'
import { compileNotices } from './compile/ciba.ts'
import { compileClaims } from './compile/claims.ts'
import { compileEnvironment, compileRateLimits } from './compile/environment.ts'
import { compileKeyPolicy, compileRole } from './compile/policy.ts'
import { compileResource, compileScope, scopesOfResource } from './compile/resource.ts'
import { withOverrides } from './override/in-force.ts'
import { SpecReader, specOf } from './spec-reader.ts'

export interface CompileOptions {
  /** Instead of the environment's own; the caller allows it in `kind: dev` only. */
  readonly publicUrl?: string
  /** The tenant of this name as it was compiled before, where that still holds. */
  readonly reuse?: (name: string) => Tenant | undefined
  /** What operators put over it and has not ended by then counts; without it, nothing does. */
  readonly now?: EpochSeconds
}

type Applied = Pick<LiveState, 'revision' | 'objects' | 'secrets'> &
  Partial<Pick<LiveState, 'overrides'>>

/** The applied objects as the server uses them. Throws a plain Error that names what cannot be used. */
export function compile(applied: Applied, options: CompileOptions = {}): Snapshot {
  const { now } = options
  const { overrides = [] } = applied
  const live = now === undefined ? applied : withOverrides({ ...applied, overrides }, now)
  const environment = theOnly(live.objects, 'Environment')
  const spec = specOf(environment)
  const publicUrl = options.publicUrl ?? spec.text('publicUrl')
  const rootName = rootTenantOf(live.objects)
  const kind = spec.oneOf('kind', ['dev', 'production'])
  const site: Site = { publicUrl, rootName, kind, secrets: secretsByOwner(live.secrets) }
  const objects = Map.groupBy(live.objects, (object) => object.tenant)
  const shared = (objects.get('') ?? []).filter((object) => object.kind === 'KeyPolicy')
  const tenants = live.objects
    .filter(({ kind }) => kind === 'Tenant')
    .map(
      (object) =>
        options.reuse?.(object.name) ??
        compileTenant(object, [...(objects.get(object.name) ?? []), ...shared], site),
    )
  const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]))
  return Object.freeze({
    revision: live.revision,
    environment: compileEnvironment(environment),
    publicUrl,
    rateLimits: compileRateLimits(spec),
    tenants,
    byName,
    byHost: new Map(tenants.flatMap((tenant) => tenant.hosts.map((host) => [host, tenant]))),
    root: rootName === undefined ? undefined : byName.get(rootName),
  })
}

interface Site {
  readonly kind: 'dev' | 'production'
  readonly publicUrl: string
  readonly rootName: string | undefined
  readonly secrets: ReadonlyMap<string, readonly StoredSecret[]>
}

function theOnly(objects: readonly ConfigObject[], kind: string): ConfigObject {
  const [found, other] = objects.filter((object) => object.kind === kind)
  if (found === undefined) throw new Error(`the applied state has no ${kind}`)
  if (other !== undefined) throw new Error(`the applied state has more than one ${kind}`)
  return found
}

function rootTenantOf(objects: readonly ConfigObject[]): string | undefined {
  const project = objects.find(({ kind }) => kind === 'Project')
  return project && specOf(project).optionalText('rootTenant')
}

const secretsByOwner = (secrets: readonly StoredSecret[]) =>
  Map.groupBy(secrets, ({ ownerUid }) => ownerUid)

function compileTenant(object: ConfigObject, own: readonly ConfigObject[], site: Site): Tenant {
  const spec = specOf(object)
  const each = (kind: string): readonly ConfigObject[] => own.filter((one) => one.kind === kind)
  const applications = each('Application').map((one) =>
    compileApplication(one, site.secrets.get(one.uid) ?? []),
  )
  const uids = new Map(applications.map(({ name, uid }) => [name, uid]))
  const resources = each('Resource').map((one) => compileResource(one, (name) => uids.get(name)))
  const keyPolicy = keyPolicyOf(spec, each('KeyPolicy'), object)
  checkAlgorithms(keyPolicy, applications, resources)
  const session = spec.child('session')
  const signIn = spec.child('signIn')
  return Object.freeze({
    uid: object.uid,
    name: object.name,
    displayName: spec.text('displayName'),
    ...placeOf(object, site),
    hosts: spec.texts('hosts'),
    branding: brandingOf(spec.child('branding')),
    applications: byUnique(applications, ({ clientId }) => clientId, object),
    applicationsByUid: byUnique(applications, ({ uid }) => uid, object),
    resources: byUnique(resources, ({ identifier }) => identifier, object),
    scopes: new Map(scopesOf(each).map((scope) => [scope.name, scope])),
    roles: new Map(each('Role').map((one) => [one.name, compileRole(one)])),
    claims: compileClaims(spec),
    par: spec.has('par') ? 'required' : 'optional',
    keyPolicy,
    session: { idle: session.integer('idle'), absolute: session.integer('absolute') },
    signIn: {
      maxFailures: signIn.integer('maxFailures'),
      lockout: signIn.integer('lockout'),
      passwordHash: signIn.oneOf('passwordHash', ['argon2id', 'bcrypt']),
    },
    ciba: compileNotices(spec.optionalChild('ciba'), site.kind),
    takesJson: spec.optionalChild('token')?.flag('jsonBodies') ?? false,
  })
}

/** A host of its own, the root of the public URL, or a folder below it. */
function placeOf(tenant: ConfigObject, { publicUrl, rootName }: Site) {
  const [host] = specOf(tenant).texts('hosts')
  if (host !== undefined) return { issuer: `${schemeOf(publicUrl)}//${host}`, path: '' }
  if (tenant.name === rootName) return { issuer: publicUrl, path: '' }
  return { issuer: `${publicUrl}/${tenant.name}`, path: `/${tenant.name}` }
}

function schemeOf(publicUrl: string): string {
  const url = URL.parse(publicUrl)
  if (url === null) throw new Error(`the public URL ${publicUrl} is not a URL`)
  return url.protocol
}

function brandingOf(spec: SpecReader): Tenant['branding'] {
  const logoUri = spec.optionalText('logoUri')
  return { color: spec.text('color'), ...(logoUri === undefined ? {} : { logoUri }) }
}

function scopesOf(each: (kind: string) => readonly ConfigObject[]): readonly ScopeDefinition[] {
  const standard = Object.entries(STANDARD_SCOPES).map(([name, claims]) => ({
    name,
    displayName: DISPLAY_NAMES[name] ?? name,
    description: undefined,
    resource: undefined,
    claims,
  }))
  return [
    ...standard,
    ...each('Scope').map(compileScope),
    ...each('Resource').flatMap(scopesOfResource),
  ]
}

const DISPLAY_NAMES: Readonly<Record<string, string>> = {
  openid: 'Know who you are',
  profile: 'See your name and profile',
  email: 'See your e-mail address',
  address: 'See your postal address',
  phone: 'See your telephone number',
  offline_access: 'Keep access while you are away',
}

function keyPolicyOf(
  spec: SpecReader,
  policies: readonly ConfigObject[],
  tenant: ConfigObject,
): Tenant['keyPolicy'] {
  const name = spec.optionalText('keyPolicy')
  if (name === undefined) return compileKeyPolicy(new SpecReader('KeyPolicy', keyPolicySpec({})))
  const policy = policies.find((one) => one.name === name)
  if (policy === undefined)
    throw new Error(`${addressOf(tenant)} follows the key policy ${name}, which is unknown`)
  return compileKeyPolicy(specOf(policy))
}

/** A token that nothing can sign would be a fault at the first request for it. */
function checkAlgorithms(
  { algorithms }: Tenant['keyPolicy'],
  applications: readonly Application[],
  resources: readonly Resource[],
): void {
  const needed = [
    ...applications.flatMap(({ name, grants, idToken, userinfo, introspection }) => {
      const isSaid = idToken.algorithm !== APPLICATION.idToken.algorithm
      // Who acts for nobody gets no ID token, and need not say with what it would be signed.
      const id = isSaid || actsForPeople([...grants]) ? idToken.algorithm : undefined
      return [id, userinfo.signed, introspection.signed].flatMap((algorithm) =>
        algorithm === undefined ? [] : [[`application ${name}`, algorithm] as const],
      )
    }),
    ...resources
      .filter(({ token }) => token.format === 'jwt')
      .map(({ name, token }) => [`resource ${name}`, token.algorithm] as const),
  ]
  for (const [who, algorithm] of needed)
    if (!algorithms.includes(algorithm))
      throw new Error(`${who} is signed for with ${algorithm}, which its key policy does not hold`)
}

function byUnique<T>(
  values: readonly T[],
  keyOf: (value: T) => string,
  tenant: ConfigObject,
): ReadonlyMap<string, T> {
  const found = new Map(values.map((value) => [keyOf(value), value]))
  if (found.size === values.length) return found
  throw new Error(`${addressOf(tenant)} has two objects with one identifier`)
}
