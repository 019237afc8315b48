import { isJsonObject } from '../base/json.ts'
import { compareText } from './codes.ts'
import { methodOf } from './defaults.ts'
import {
  addressOf,
  type DeclaredSecret,
  type DesiredObject,
  type DesiredState,
} from './desired-state.ts'
import { type Graph, nameOf, tenantOf } from './graph.ts'
import { epochSeconds } from './instant.ts'
import { sourceOf } from './normal/secret.ts'
import { normalSpec } from './normal.ts'
import type { Item } from './schema.ts'

/** The graph in normal form. Of the environments, only the chosen one is a part of it, with its authorities. */
export function desiredState(items: readonly Item[], graph: Graph, ca?: string): DesiredState {
  const { project, environment } = graph
  return {
    project: { id: project.document.spec?.id ?? nameOf(project) },
    environment: { name: nameOf(environment), kind: environment.document.spec.kind },
    objects: items
      .filter((item) => item.kind !== 'Environment' || item === environment)
      .map((item) => (item === environment ? withAuthority(item, ca) : desiredObject(item)))
      .sort((left, right) => compareText(addressOf(left), addressOf(right))),
  }
}

const desiredObject = (item: Item): DesiredObject => ({
  kind: item.kind,
  tenant: tenantOf(item),
  name: nameOf(item),
  spec: normalSpec(item),
  secrets: declaredSecrets(item),
  isProtected: item.document.lifecycle?.protect ?? false,
  at: item.source.at(['metadata', 'name']),
})

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
    const source = sourceOf(value, `${at.file}:${at.line}`)
    return [{ id, use: 'password', source, expiresAt: undefined, at }]
  })

const clientSecrets = (item: Item<'Application'>): readonly DeclaredSecret[] =>
  (item.document.spec.clientAuth?.secrets ?? []).map(({ id, value, expiresAt }, index) => {
    const at = item.source.at(['spec', 'clientAuth', 'secrets', index, 'value'])
    return {
      id,
      use: methodOf(item.document.spec) === 'client_secret_jwt' ? 'sealed' : 'client',
      source: sourceOf(value, `${at.file}:${at.line}`),
      expiresAt: expiresAt === undefined ? undefined : epochSeconds(expiresAt),
      at,
    }
  })
