import type { Tenant } from '../../model/tenant.ts'
import type { User } from '../../model/user.ts'
import { document } from './layout.tsx'

export interface AccountPage {
  readonly tenant: Tenant
  readonly user: User
}

export const accountPage = ({ tenant, user }: AccountPage): string =>
  document({
    tenant,
    title: 'Your account',
    children: (
      <>
        <h1>Your account</h1>
        <p>
          You are signed in as <strong>{user.email ?? user.username}</strong>.
        </p>
        <p>
          <a href={`${tenant.path}/ciba`}>What waits for your approval</a>
        </p>
        <p>
          <a href={`${tenant.path}/account/sessions`}>Where you are signed in</a>
        </p>
        <p>
          <a href={`${tenant.path}/logout`}>Sign out</a>
        </p>
      </>
    ),
  })
