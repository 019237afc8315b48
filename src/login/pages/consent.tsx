import type { Application } from '../../model/application.ts'
import type { ScopeDefinition } from '../../model/resource.ts'
import type { Tenant } from '../../model/tenant.ts'
import { wordsFor } from './claim-words.ts'
import { AllowOrDeny, document, PostForm } from './layout.tsx'
import { ScopeLists } from './scopes.tsx'

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
  return document({
    tenant,
    title: 'Allow access',
    children: (
      <>
        <h1>{application.displayName} asks for access</h1>
        <p class="quiet">
          You are signed in as <strong>{page.user}</strong>.
        </p>
        <ScopeLists tenant={tenant} scopes={scopes}>
          {page.claims.length > 0 && <Claims names={page.claims} />}
        </ScopeLists>
        <PostForm action={page.action} csrf={page.csrf}>
          <AllowOrDeny />
        </PostForm>
        <p class="quiet">
          You go on to <code>{page.redirectHost}</code>. Allow only if you know it.
        </p>
      </>
    ),
  })
}

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
