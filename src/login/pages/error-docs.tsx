import type { Tenant } from '../../model/tenant.ts'
import type { ErrorDoc } from '../error-docs/error-doc.ts'
import { document } from './layout.tsx'

interface Place {
  readonly tenant: Tenant | undefined
  /** The path of the index. */
  readonly home: string
}

export interface ErrorDocPage extends Place {
  readonly code: string
  readonly doc: ErrorDoc
}

export function errorDocPage({ tenant, home, code, doc }: ErrorDocPage): string {
  const [section, url] = doc.specification
  return document({
    tenant,
    title: code,
    children: (
      <>
        <h1>
          <code>{code}</code>
        </h1>
        <p>{doc.means}</p>
        <h2>Usual causes</h2>
        <ul>
          {doc.causes.map((cause) => (
            <li key={cause}>{cause}</li>
          ))}
        </ul>
        <h2>What to do</h2>
        <p>{doc.remedy}</p>
        <p class="quiet">
          Defined in <a href={url}>{section}</a>. <a href={home}>All error codes</a>
        </p>
      </>
    ),
  })
}

export interface ErrorIndexPage extends Place {
  readonly documented: readonly (readonly [code: string, doc: ErrorDoc])[]
}

export const errorIndexPage = ({ tenant, home, documented }: ErrorIndexPage): string =>
  document({
    tenant,
    title: 'Error codes',
    children: (
      <>
        <h1>Error codes</h1>
        <ul class="scopes">
          {documented.map(([code, { means }]) => (
            <li key={code}>
              <a href={`${home}/${code}`}>
                <code>{code}</code>
              </a>
              <span class="quiet">{means}</span>
            </li>
          ))}
        </ul>
      </>
    ),
  })
