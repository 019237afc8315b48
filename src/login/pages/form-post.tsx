import type { Tenant } from '../../model/tenant.ts'
import { document } from './layout.tsx'

export interface FormPostPage {
  readonly tenant: Tenant
  /** The application's address. */
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
}

/** Allowed by its digest. Nothing in it may need escaping. */
export const SUBMIT = 'document.forms[0].submit()'

/** OAuth 2.0 Form Post Response Mode §2: it posts itself, or by its button where there is no script. */
export const formPostPage = ({ tenant, action, fields }: FormPostPage): string =>
  document({
    tenant,
    title: 'Back to the application',
    children: (
      <>
        <h1>Back to the application</h1>
        <p class="quiet">You are on your way. If nothing happens, press the button.</p>
        <form method="post" action={action}>
          {Object.entries(fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <div class="actions">
            <button type="submit" class="primary">
              Continue
            </button>
          </div>
        </form>
        <script>{SUBMIT}</script>
      </>
    ),
  })
