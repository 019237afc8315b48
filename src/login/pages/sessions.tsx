import type { Tenant } from '../../model/tenant.ts'
import { Button, document, PostForm } from './layout.tsx'

export interface ListedSession {
  readonly uid: string
  /** In the browser that looks. */
  readonly isHere: boolean
  readonly browser: string
  /** For instance `2 hours ago`. */
  readonly signedIn: string
  readonly used: string
  /** As people know them. */
  readonly applications: readonly string[]
}

export interface SessionsPage {
  readonly tenant: Tenant
  readonly action: string
  readonly csrf: string
  readonly sessions: readonly ListedSession[]
  /** Older ones that are not listed. */
  readonly hasMore: boolean
}

export const sessionsPage = (page: SessionsPage): string =>
  document({
    tenant: page.tenant,
    title: 'Your sessions',
    children: (
      <>
        <h1>Where you are signed in</h1>
        <p class="quiet">End what you do not know.</p>
        <ul class="sessions">
          {page.sessions.map((session) => (
            <SessionItem key={session.uid} session={session} page={page} />
          ))}
        </ul>
        {page.hasMore && (
          <p>
            There are older sessions that are not listed. “Sign out everywhere else” ends them, too.
          </p>
        )}
        {page.sessions.length > 1 && (
          <PostForm action={page.action} csrf={page.csrf}>
            <div class="actions">
              <Button value="end-others">Sign out everywhere else</Button>
            </div>
          </PostForm>
        )}
        <p>
          <a href={`${page.tenant.path}/account`}>Your account</a>
        </p>
      </>
    ),
  })

const SessionItem = (props: { readonly session: ListedSession; readonly page: SessionsPage }) => {
  const { session, page } = props
  return (
    <li>
      <strong>{session.browser}</strong>
      {session.isHere && <span class="here">This browser</span>}
      <p class="quiet">
        Signed in {session.signedIn}, last used {session.used}
      </p>
      {session.applications.length > 0 && (
        <p class="quiet">Used for {session.applications.join(', ')}</p>
      )}
      {session.isHere ? (
        <p>
          <a href={`${page.tenant.path}/logout`}>Sign out</a>
        </p>
      ) : (
        <PostForm action={page.action} csrf={page.csrf}>
          <input type="hidden" name="session" value={session.uid} />
          <Button value="end">End this session</Button>
        </PostForm>
      )}
    </li>
  )
}
