import type { ComponentChildren } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'
import type { Tenant } from '../../model/tenant.ts'

export interface Frame {
  /** Undefined where the address names no tenant. */
  readonly tenant: Tenant | undefined
  readonly title: string
  readonly head?: ComponentChildren
  readonly children: ComponentChildren
}

/** A whole HTML document. Everything in it is escaped by the renderer. */
export function document({ tenant, title, head, children }: Frame): string {
  const name = tenant?.displayName
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{name === undefined ? title : `${title} · ${name}`}</title>
        {tenant && <link rel="stylesheet" href={`${tenant.path}/assets/style.css`} />}
        {head}
      </head>
      <body>
        <main>
          {tenant && <Brand tenant={tenant} />}
          <div class="card">{children}</div>
        </main>
      </body>
    </html>,
  )
  return `<!doctype html>${html}`
}

const Brand = ({ tenant }: { readonly tenant: Tenant }) => (
  <p class="brand">
    {tenant.branding.logoUri === undefined ? (
      <span class="mark" aria-hidden="true">
        {[...tenant.displayName][0]?.toUpperCase()}
      </span>
    ) : (
      <img src={tenant.branding.logoUri} alt="" />
    )}
    {tenant.displayName}
  </p>
)

/** A form that works without script. Its first button is the one that Enter presses. */
export const PostForm = (props: {
  readonly action: string
  readonly csrf: string
  readonly children: ComponentChildren
}) => (
  <form method="post" action={props.action}>
    <input type="hidden" name="csrf" value={props.csrf} />
    {props.children}
  </form>
)

export const Button = (props: {
  readonly value: string
  readonly isPrimary?: boolean
  readonly skipsValidation?: boolean
  readonly children: ComponentChildren
}) => (
  <button
    type="submit"
    name="action"
    value={props.value}
    class={props.isPrimary ? 'primary' : undefined}
    formnovalidate={props.skipsValidation}
  >
    {props.children}
  </button>
)

/** The approving button comes first: Enter presses it. */
export const AllowOrDeny = () => (
  <div class="actions">
    <Button value="allow" isPrimary>
      Allow
    </Button>
    <Button value="deny">Deny</Button>
  </div>
)
