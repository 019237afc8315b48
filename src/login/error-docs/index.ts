/** A page for every error code: `error_uri` leads there (RFC 6749 §5.2). */
import type { Tenant } from '../../model/tenant.ts'
import type { Endpoint } from '../../oauth/endpoints/endpoint.ts'
import { ERROR_CODES, ERROR_DOCS_PATH } from '../../oauth/errors.ts'
import type { Reply } from '../../oauth/exchange.ts'
import { html } from '../html.ts'
import { errorDocPage, errorIndexPage } from '../pages/error-docs.tsx'
import { ABOUT_CLIENTS } from './clients.ts'
import type { ErrorDoc } from './error-doc.ts'
import { ABOUT_PEOPLE } from './people.ts'
import { ABOUT_REQUESTS } from './requests.ts'
import { WHILE_WAITING } from './waiting.ts'

const DOCS: Readonly<Record<string, ErrorDoc>> = {
  ...ABOUT_REQUESTS,
  ...ABOUT_CLIENTS,
  ...ABOUT_PEOPLE,
  ...WHILE_WAITING,
}

const documented = ERROR_CODES.flatMap((code) => {
  const doc = DOCS[code]
  return doc === undefined ? [] : [[code, doc] as const]
})

const byPath = new Map(
  documented.map(([code, doc]) => [`${ERROR_DOCS_PATH}/${code}`, { code, doc }]),
)

/** Undefined where there is no such page. Without a tenant, at the public URL itself. */
export function errorDocs(path: string, tenant: Tenant | undefined): Reply | undefined {
  const place = { tenant, home: `${tenant?.path ?? ''}${ERROR_DOCS_PATH}` }
  if (path === ERROR_DOCS_PATH) return html(errorIndexPage({ ...place, documented }), { tenant })
  const found = byPath.get(path)
  return found && html(errorDocPage({ ...place, ...found }), { tenant })
}

export const errorDocsEndpoint: Endpoint = {
  paths: [ERROR_DOCS_PATH, ...byPath.keys()],
  methods: ['GET'],
  isSafe: true,
  face: 'page',
  async handle({ path }, { tenant }) {
    const page = errorDocs(path, tenant)
    if (page === undefined) throw new Error(`${path} is listed and has no page`)
    return page
  },
}
