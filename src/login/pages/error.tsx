import type { Tenant } from '../../model/tenant.ts'
import type { StartAgain } from '../start-again.ts'
import { document } from './layout.tsx'

export interface ErrorPage {
  readonly tenant: Tenant | undefined
  /** A sentence for the person. Never anything from the request. */
  readonly message: string
  /** What the log carries too, for the person to quote. */
  readonly reference: string
  readonly startAgain?: StartAgain | undefined
}

/** A failure that may not go back to the application: there is no address known to be its own. */
export const errorPage = ({ tenant, message, reference, startAgain }: ErrorPage): string =>
  document({
    tenant,
    title: 'Something is wrong',
    children: (
      <>
        <h1>This request cannot continue</h1>
        <p role="alert">{message}</p>
        {startAgain && (
          <div class="actions">
            <a class="button" href={startAgain.href}>
              Start again at {startAgain.at}
            </a>
          </div>
        )}
        <p class="quiet">
          Go back to the application and try again. If it happens again, tell its people this
          reference: <code>{reference}</code>
        </p>
      </>
    ),
  })
