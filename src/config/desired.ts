import { compareText } from '../base/compare.ts'
import { isJsonObject } from '../base/json.ts'
import { GUARDS, methodOf } from './defaults.ts'
import {
  addressOf,
  type ChangePolicy,
  type DeclaredSecret,
  type DesiredObject,
  type DesiredState,
} from './desired-state.ts'
import { type Graph, nameOf, tenantOf } from './graph.ts'
import { epochSeconds } from './instant.ts'
import { sourceOf } from './normal/secret.ts'
import { normalSpec } from './normal.ts'
import { placeOf } from './origin.ts'
import { refactoringOf } from './refactor.ts'
import type { Item } from './schema.ts'

/** The graph in normal form. Of the environments, only the chosen one is a part of it, with its authorities. */
export function desiredState(items: readonly Item[], graph: Graph, ca?: string): DesiredState {
  const { project, environment } = graph
  const refactor = refactoringOf(items)
  const nameBefore = new Map(refactor.moved.map(({ from, to }) => [to, from.split('/').at(-1)]))
  return {
    project: { id: project.document.spec?.id ?? nameOf(project) },
    environment: { name: nameOf(environment), kind: environment.document.spec.kind },
    policy: changePolicy(project),
    refactor,
    objects: items
      .filter(({ kind }) => !ABOUT_OBJECTS.has(kind))
      .filter((item) => item.kind !== 'Environment' || item === environment)
      .map((item) => (item === environment ? withAuthority(item, ca) : desiredObject(item)))
      .map((object) => withClientIdOf(object, nameBefore.get(addressOf(object)), items))
      .sort((left, right) => compareText(addressOf(left), addressOf(right))),
  }
}

/** Kinds of documents that are no objects themselves. */
const ABOUT_OBJECTS: ReadonlySet<string> = new Set(['Profile', 'Patch', 'Refactor', 'Lint'])

function changePolicy({ document }: Item<'Project'>): ChangePolicy {
  const { prune = 'never', drift = 'revert', guards } = document.spec ?? {}
  return { prune, drift, guards: { ...GUARDS, ...guards } }
}

const desiredObject = (item: Item): DesiredObject => ({
  kind: item.kind,
  tenant: tenantOf(item),
  name: nameOf(item),
  spec: normalSpec(item),
  secrets: declaredSecrets(item),
  isProtected: item.document.lifecycle?.protect ?? false,
  reconcile: item.document.lifecycle?.reconcile ?? 'full',
  at: item.source.at(['metadata', 'name']),
  placeOf: (path) => placeOf(item, path),
})

/** An application that moved keeps the clientId that its first name gave it. */
function withClientIdOf(
  object: DesiredObject,
  nameBefore: string | undefined,
  items: readonly Item[],
): DesiredObject {
  if (nameBefore === undefined || object.kind !== 'Application') return object
  const item = items.find(
    (each) =>
      each.kind === 'Application' &&
      nameOf(each) === object.name &&
      tenantOf(each) === object.tenant,
  )
  if (item?.kind !== 'Application' || item.document.spec.clientId !== undefined) return object
  return { ...object, spec: { ...object.spec, clientId: nameBefore } }
}

function withAuthority(environment: Item<'Environment'>, ca: string | undefined): DesiredObject {
  const object = desiredObject(environment)
  const { outbound } = object.spec
  if (ca === undefined || !isJsonObject(outbound)) return object
  return { ...object, spec: { ...object.spec, outbound: { ...outbound, ca } } }
}

function declaredSecrets(item: Item): readonly DeclaredSecret[] {
  if (item.kind === 'Application') return clientSecrets(item)
  return item.kind === 'User' ? secretsOfPerson(item) : []
}

const secretsOfPerson = (item: Item<'User'>): readonly DeclaredSecret[] =>
  (['password', 'cibaUserCode'] as const).flatMap((id) => {
    const value = item.document.spec[id]
    if (value === undefined) return []
    const at = item.source.at(['spec', id])
    const source = sourceOf(value, () => `${at.file}:${at.line}`)
    return [{ id, use: 'password', source, expiresAt: undefined, at }]
  })

const clientSecrets = (item: Item<'Application'>): readonly DeclaredSecret[] =>
  (item.document.spec.clientAuth?.secrets ?? []).map(({ id, value, expiresAt }, index) => {
    const at = item.source.at(['spec', 'clientAuth', 'secrets', index, 'value'])
    return {
      id,
      use: methodOf(item.document.spec) === 'client_secret_jwt' ? 'sealed' : 'client',
      source: sourceOf(value, () => `${at.file}:${at.line}`),
      expiresAt: expiresAt === undefined ? undefined : epochSeconds(expiresAt),
      at,
    }
  })
