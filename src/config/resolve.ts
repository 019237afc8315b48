import type { Diagnostic } from '../base/diagnostic.ts'
import { nearest } from '../base/nearest.ts'
import { STANDARD_SCOPES } from '../model/resource.ts'
import { diagnostic } from './codes.ts'
import { type Graph, nameOf, scopesOf, tenantOf } from './graph.ts'
import type { Kind } from './kinds.ts'
import type { Path } from './locate.ts'
import { plain } from './meant.ts'
import type { ClaimEntry } from './normal/claims.ts'
import type { Item } from './schema.ts'

/** A name in a document that stands for another object. */
export interface Reference {
  readonly path: Path
  readonly to: Kind
  readonly tenant: string
  readonly name: string
}

/** Every reference that leads nowhere, at its place, with the name that was probably meant. */
export function checkReferences(items: readonly Item[], graph: Graph): readonly Diagnostic[] {
  return items.flatMap((item) =>
    referencesOf(item).flatMap((reference) => checkReference(item, reference, graph)),
  )
}

export function referencesOf(item: Item): readonly Reference[] {
  const { metadata } = item.document
  if (!('tenant' in metadata) || metadata.tenant === undefined) return referencesAboveTenants(item)
  const { tenant } = metadata
  return [
    { path: ['metadata', 'tenant'], to: 'Tenant', tenant: '', name: tenant },
    ...referencesWithin(item, tenant),
    ...claimScopes(item, tenant),
  ]
}

function referencesAboveTenants(item: Item): readonly Reference[] {
  if (item.kind === 'Project') {
    const root = item.document.spec?.rootTenant
    return root === undefined
      ? []
      : [{ path: ['spec', 'rootTenant'], to: 'Tenant', tenant: '', name: root }]
  }
  if (item.kind !== 'Tenant') return []
  const policy = item.document.spec?.keyPolicy
  const tenant = item.document.metadata.name
  const followed: readonly Reference[] =
    policy === undefined
      ? []
      : [{ path: ['spec', 'keyPolicy'], to: 'KeyPolicy', tenant, name: policy }]
  return [...followed, ...claimScopes(item, tenant)]
}

/** The scopes that declared claims wait for. */
function claimScopes(item: Item, tenant: string): readonly Reference[] {
  if (item.kind !== 'Tenant' && item.kind !== 'Resource' && item.kind !== 'Application') return []
  const entries: readonly ClaimEntry[] = item.document.spec?.claims ?? []
  return entries.flatMap(({ scope }, index): readonly Reference[] =>
    scope === undefined
      ? []
      : [{ path: ['spec', 'claims', index, 'scope'], to: 'Scope', tenant, name: scope }],
  )
}

function referencesWithin(item: Item, tenant: string): readonly Reference[] {
  const each = (field: string, to: Kind, names: readonly string[] = []): readonly Reference[] =>
    names.map((name, index) => ({ path: ['spec', field, index], to, tenant, name }))
  if (item.kind === 'Application') return each('scopes', 'Scope', item.document.spec.scopes)
  if (item.kind === 'Resource')
    return each('introspectors', 'Application', item.document.spec.introspectors)
  if (item.kind === 'User') return each('roles', 'Role', item.document.spec.roles)
  return []
}

function checkReference(item: Item, reference: Reference, graph: Graph): readonly Diagnostic[] {
  const { to, tenant, name, path } = reference
  // A tenant that does not exist is told once, at metadata.tenant.
  if (tenant !== '' && graph.find('Tenant', '', tenant) === undefined) return []
  if (isKnown(reference, graph)) return []
  if (isLost(reference, graph)) return []
  const known = knownNames(reference, graph)
  const meant = nearest(name, known)
  const where = tenant === '' ? '' : ` in tenant "${tenant}"`
  const at = item.source.at(path)
  const definition = meant === undefined ? undefined : placeOf(meant, reference, graph)
  return [
    diagnostic('TIDP1203', at, `unknown ${WORDS[to] ?? to} "${name}"${where}`, {
      hint: hintFor(meant, known),
      fixes: meant ? [{ description: `write ${meant}`, at, text: plain(meant) }] : [],
      related: definition ? [{ message: `"${meant}" is defined here`, at: definition }] : [],
    }),
  ]
}

const WORDS: Partial<Record<Kind, string>> = {
  Scope: 'scope',
  Role: 'role',
  Tenant: 'tenant',
  Application: 'application',
  KeyPolicy: 'key policy',
}

function isKnown(reference: Reference, graph: Graph): boolean {
  const { to, tenant, name } = reference
  return to === 'Scope'
    ? graph.scopes(tenant).has(name) || Object.hasOwn(STANDARD_SCOPES, name)
    : found(name, reference, graph) !== undefined
}

const found = (name: string, { to, tenant }: Reference, graph: Graph): Item | undefined =>
  to === 'KeyPolicy' ? graph.keyPolicy(tenant, name) : graph.find(to, tenant, name)

/** It is in a tenant that does not exist, which is told there: most likely the tenant is misspelt. */
function isLost({ to, name }: Reference, graph: Graph): boolean {
  const lost = (item: Item): boolean =>
    tenantOf(item) !== '' && graph.find('Tenant', '', tenantOf(item)) === undefined
  if (to !== 'Scope') return graph.all(to).some((item) => nameOf(item) === name && lost(item))
  const definers: readonly Item[] = [...graph.all('Scope'), ...graph.all('Resource')]
  return definers.some((item) => lost(item) && scopesOf(item).some((each) => each.name === name))
}

function knownNames(reference: Reference, graph: Graph): readonly string[] {
  const { to, tenant } = reference
  if (to === 'Scope') return [...graph.scopes(tenant).keys(), ...Object.keys(STANDARD_SCOPES)]
  return graph
    .all(to)
    .filter((item) => found(nameOf(item), reference, graph) === item)
    .map(nameOf)
}

const placeOf = (name: string, reference: Reference, graph: Graph) =>
  reference.to === 'Scope'
    ? graph.scopes(reference.tenant).get(name)
    : found(name, reference, graph)?.source.at(['metadata', 'name'])

function hintFor(meant: string | undefined, known: readonly string[]): string {
  if (meant !== undefined) return `did you mean "${meant}"?`
  return known.length === 0 ? 'none is defined' : `known are ${known.slice(0, 8).join(', ')}`
}
