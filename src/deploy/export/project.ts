import { isJsonObject, type JsonObject } from '../../base/json.ts'
import { API_VERSION, KIND_NAMES } from '../../config/kinds.ts'
import { documentOf, type Exportable, type ExportedDocument } from './documents.ts'

/** Certificates are live in their own words, and in documents they are a file. */
export const CA_FILE = 'outbound-ca.pem'

export interface Selection {
  /** `git:<project>`. */
  readonly owner: string
  /** Only this tenant and what is in it, beside project and environment. */
  readonly tenant?: string | undefined
}

/** All documents of a project, in the order in which a person reads them, and the certificates they name. */
export function exportedDocuments(
  { objects }: { readonly objects: readonly Exportable[] },
  { owner, tenant }: Selection,
): { readonly documents: readonly ExportedDocument[]; readonly ca: string | undefined } {
  const own = objects
    .filter((each) => each.owner === owner || each.kind === 'Environment')
    .filter((each) => tenant === undefined || isIn(each, tenant))
  const tenants = new Set(own.filter(({ kind }) => kind === 'Tenant').map(({ name }) => name))
  const environment = own.find(({ kind }) => kind === 'Environment')
  return {
    documents: [
      projectOf(own, owner, tenants),
      ...own
        .filter(({ kind }) => kind !== 'Project')
        .map(withCaFile)
        .flatMap(documentOf),
    ].sort(inOrder),
    ca: environment && caOf(environment),
  }
}

const isIn = (object: Exportable, tenant: string): boolean =>
  object.tenant === tenant ||
  (object.kind === 'Tenant' ? object.name === tenant : object.tenant === '')

/** Whether it is live or not, documents need one: it says who owns them. */
function projectOf(
  own: readonly Exportable[],
  owner: string,
  tenants: ReadonlySet<string>,
): ExportedDocument {
  const id = owner.replace(/^git:/, '')
  const [live] = own.filter(({ kind }) => kind === 'Project').flatMap(documentOf)
  const name = live?.name ?? id
  const spec = live?.value.spec
  const bare: ExportedDocument = {
    kind: 'Project',
    tenant: '',
    name,
    value: { apiVersion: API_VERSION, kind: 'Project', metadata: { name } },
    comments: [],
    literals: [],
  }
  const kept = isJsonObject(spec) ? withoutAbsent(spec, tenants) : {}
  const said: JsonObject = { ...(id === name ? {} : { id }), ...kept }
  return { ...bare, ...live, value: { ...bare.value, ...live?.value, spec: said } }
}

/** Of a part of the tenants, the root may be another one. */
const withoutAbsent = ({ rootTenant, ...rest }: JsonObject, tenants: ReadonlySet<string>) =>
  typeof rootTenant === 'string' && tenants.has(rootTenant) ? { rootTenant, ...rest } : rest

const caOf = ({ spec }: Exportable): string | undefined =>
  isJsonObject(spec.outbound) && typeof spec.outbound.ca === 'string' ? spec.outbound.ca : undefined

function withCaFile(object: Exportable): Exportable {
  const { outbound } = object.spec
  if (object.kind !== 'Environment' || !isJsonObject(outbound) || outbound.ca === undefined)
    return object
  return { ...object, spec: { ...object.spec, outbound: { ...outbound, ca: CA_FILE } } }
}

/** Project and environment, then tenant by tenant. */
const inOrder = (left: ExportedDocument, right: ExportedDocument): number =>
  compareText(left.tenant, right.tenant) ||
  KIND_NAMES.indexOf(left.kind) - KIND_NAMES.indexOf(right.kind) ||
  compareText(left.name, right.name)

const compareText = (left: string, right: string): number =>
  left < right ? -1 : Number(left > right)
