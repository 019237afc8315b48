import type { ComponentChildren } from 'preact'
import type { ScopeDefinition } from '../../model/resource.ts'
import type { Tenant } from '../../model/tenant.ts'

/** What is asked for, in words: about the person first, then by what it is used at. */
export function ScopeLists(props: {
  readonly tenant: Tenant
  readonly scopes: readonly ScopeDefinition[]
  /** What else is about the person. */
  readonly children?: ComponentChildren
}) {
  const { tenant, scopes } = props
  const personal = scopes.filter(({ resource }) => resource === undefined)
  const byResource = Map.groupBy(
    scopes.filter(({ resource }) => resource !== undefined),
    ({ resource }) => resource,
  )
  const titleOf = (identifier: string | undefined): string =>
    tenant.resources.get(identifier ?? '')?.displayName ?? identifier ?? ''
  return (
    <>
      {personal.length > 0 && <Scopes title="About you" scopes={personal} />}
      {props.children}
      {[...byResource].map(([identifier, owned]) => (
        <Scopes key={identifier} title={titleOf(identifier)} scopes={owned} />
      ))}
    </>
  )
}

const Scopes = (props: { readonly title: string; readonly scopes: readonly ScopeDefinition[] }) => (
  <section>
    <h2>{props.title}</h2>
    <ul class="scopes">
      {props.scopes.map((scope) => (
        <li key={scope.name}>
          <strong>{scope.displayName}</strong>
          {scope.description !== undefined && <span class="quiet">{scope.description}</span>}
        </li>
      ))}
    </ul>
  </section>
)
