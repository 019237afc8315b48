import type { Application } from '../../model/application.ts'
import type { Tenant } from '../../model/tenant.ts'
import { Button, document, PostForm } from './layout.tsx'

export interface Account {
  /** What the button sends: means something in this flow of this browser only. */
  readonly value: string
  readonly name: string
  /** How they sign in, where that is not their name. */
  readonly login: string
}

export interface SelectAccountPage {
  readonly tenant: Tenant
  readonly application: Application
  readonly action: string
  readonly csrf: string
  readonly accounts: readonly Account[]
}

export const selectAccountPage = (page: SelectAccountPage): string =>
  document({
    tenant: page.tenant,
    title: 'Choose an account',
    children: (
      <>
        <h1>Choose an account</h1>
        <p class="quiet">
          to continue to <strong>{page.application.displayName}</strong>
        </p>
        <PostForm action={page.action} csrf={page.csrf}>
          <ul class="accounts">
            {page.accounts.map((account) => (
              <li key={account.value}>
                <button type="submit" name="account" value={account.value}>
                  <strong>{account.name}</strong>
                  {account.login !== account.name && <span class="quiet">{account.login}</span>}
                </button>
              </li>
            ))}
          </ul>
          <div class="actions">
            <Button value="another">Use another account</Button>
            <Button value="cancel">Cancel</Button>
          </div>
        </PostForm>
      </>
    ),
  })
