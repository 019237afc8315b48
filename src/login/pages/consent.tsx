import type { Application } from '../../model/application.ts'
import type { ScopeDefinition } from '../../model/resource.ts'
import type { Tenant } from '../../model/tenant.ts'
import { wordsFor } from './claim-words.ts'
import { Button, document, PostForm } from './layout.tsx'

export interface ConsentPage {
  readonly tenant: Tenant
  readonly application: Application
  readonly action: string
  readonly csrf: string
  /** How the person signed in. */
  readonly user: string
  readonly scopes: readonly ScopeDefinition[]
  /** Asked for by name, and covered by none of the scopes. */
  readonly claims: readonly string[]
  /** Where the browser goes next. */
  readonly redirectHost: string
}

export function consentPage(page: ConsentPage): string {
  const { tenant, application, scopes } = page
  const personal = scopes.filter(({ resource }) => resource === undefined)
  const byResource = Map.groupBy(
    scopes.filter(({ resource }) => resource !== undefined),
    ({ resource }) => resource,
  )
  const titleOf = (identifier: string | undefined): string =>
    tenant.resources.get(identifier ?? '')?.displayName ?? identifier ?? ''
  return document({
    tenant,
    title: 'Allow access',
    children: (
      <>
        <h1>{application.displayName} asks for access</h1>
        <p class="quiet">
          You are signed in as <strong>{page.user}</strong>.
        </p>
        {personal.length > 0 && <Scopes title="About you" scopes={personal} />}
        {page.claims.length > 0 && <Claims names={page.claims} />}
        {[...byResource].map(([identifier, owned]) => (
          <Scopes key={identifier} title={titleOf(identifier)} scopes={owned} />
        ))}
        <PostForm action={page.action} csrf={page.csrf}>
          <div class="actions">
            <Button value="allow" isPrimary>
              Allow
            </Button>
            <Button value="deny">Deny</Button>
          </div>
        </PostForm>
        <p class="quiet">
          You go on to <code>{page.redirectHost}</code>. Allow only if you know it.
        </p>
      </>
    ),
  })
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

const Claims = (props: { readonly names: readonly string[] }) => (
  <section>
    <h2>Also about you</h2>
    <ul class="scopes">
      {wordsFor(props.names).map((words) => (
        <li key={words}>
          <strong>{words}</strong>
        </li>
      ))}
    </ul>
  </section>
)
