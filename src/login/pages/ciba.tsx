import type { Application } from '../../model/application.ts'
import type { ScopeDefinition } from '../../model/resource.ts'
import type { Tenant } from '../../model/tenant.ts'
import { AllowOrDeny, document, PostForm } from './layout.tsx'
import { ScopeLists } from './scopes.tsx'

/** One request as its person sees it. */
export interface RequestView {
  readonly uid: string
  readonly csrf: string
  readonly application: Application
  /** How the person signed in. */
  readonly user: string
  readonly scopes: readonly ScopeDefinition[]
  /** What the application shows, too, so that the person can compare. */
  readonly bindingMessage: string | undefined
  /** For instance `2 minutes ago`. */
  readonly asked: string
  /** For instance `3 minutes`. */
  readonly left: string
}

interface CibaPage {
  readonly tenant: Tenant
  /** The address of the inbox. */
  readonly inbox: string
}

export const inboxPage = (page: CibaPage & { readonly views: readonly RequestView[] }): string =>
  document({
    tenant: page.tenant,
    title: 'Requests',
    children:
      page.views.length === 0 ? (
        <>
          <h1>Nothing waits for you</h1>
          <p class="quiet">
            When an application asks for your approval, you can answer here. Reload this page to
            look again.
          </p>
        </>
      ) : (
        <>
          <h1>
            {page.views.length === 1 ? 'A request waits' : `${page.views.length} requests wait`} for
            you
          </h1>
          <p class="quiet">Allow only what you began yourself a moment ago.</p>
          {page.views.map((view) => (
            <article class="asked" key={view.uid}>
              <h2>{view.application.displayName}</h2>
              <Asked {...page} view={view} />
            </article>
          ))}
        </>
      ),
  })

export const requestPage = (
  page: CibaPage & { readonly view: RequestView; readonly others: number },
): string =>
  document({
    tenant: page.tenant,
    title: 'Allow a request',
    children: (
      <>
        <h1>{page.view.application.displayName} asks for your approval</h1>
        <p class="quiet">Allow only what you began yourself a moment ago.</p>
        <Asked {...page} view={page.view} />
        <Others {...page} />
      </>
    ),
  })

const Asked = ({ tenant, inbox, view }: CibaPage & { readonly view: RequestView }) => (
  <>
    {view.bindingMessage !== undefined && (
      <>
        <p>It must show you the same words:</p>
        <p class="binding">{view.bindingMessage}</p>
      </>
    )}
    <ScopeLists tenant={tenant} scopes={view.scopes} />
    <dl class="facts">
      <dt>For</dt>
      <dd>{view.user}</dd>
      <dt>Asked</dt>
      <dd>{view.asked}</dd>
      <dt>Time left</dt>
      <dd>{view.left}</dd>
    </dl>
    <PostForm action={inbox} csrf={view.csrf}>
      <input type="hidden" name="request" value={view.uid} />
      <AllowOrDeny />
    </PostForm>
  </>
)

const Others = ({ inbox, others }: CibaPage & { readonly others: number }) =>
  others > 0 ? (
    <p>
      <a href={inbox}>{others === 1 ? '1 more request waits' : `${others} more requests wait`}</a>
    </p>
  ) : null

export const answeredPage = (
  page: CibaPage & {
    readonly application: Application
    readonly isAllowed: boolean
    readonly others: number
  },
): string =>
  document({
    tenant: page.tenant,
    title: page.isAllowed ? 'Allowed' : 'Denied',
    children: (
      <>
        <h1>{page.isAllowed ? 'You allowed it' : 'You denied it'}</h1>
        <p class="quiet">
          {page.isAllowed
            ? `${page.application.displayName} goes on by itself. You can close this window.`
            : `${page.application.displayName} got nothing. You can close this window.`}
        </p>
        <Others {...page} />
      </>
    ),
  })

export const goneRequestPage = ({ tenant, inbox }: CibaPage): string =>
  document({
    tenant,
    title: 'No longer waiting',
    children: (
      <>
        <h1>This request no longer waits</h1>
        <p role="alert">
          It has been answered, its time is over, or it is for somebody who is not signed in here.
        </p>
        <p>
          <a href={inbox}>Look at what waits for you</a>
        </p>
      </>
    ),
  })

export const goneLinkPage = ({ tenant, inbox }: CibaPage): string =>
  document({
    tenant,
    title: 'Link no longer valid',
    children: (
      <>
        <h1>This link opens nothing</h1>
        <p role="alert">
          It has been used, its time is over, or it is for somebody who is not signed in here.
        </p>
        <p>
          <a href={inbox}>Look at what waits for you</a>
        </p>
      </>
    ),
  })
