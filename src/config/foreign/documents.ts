import type { JsonObject } from '../../base/json.ts'
import { API_VERSION, KIND_NAMES } from '../kinds.ts'
import { type Fitted, fitApplications } from './application.ts'
import type { TenantDraft, Variable } from './draft.ts'
import type { Product, Taken } from './product.ts'

export interface ImportedDocument {
  /** Empty above tenants. */
  readonly tenant: string
  readonly kind: (typeof KIND_NAMES)[number]
  readonly name: string
  readonly value: JsonObject
}

export interface Making {
  /** For an environment of kind: dev, where plain http to this machine is allowed. */
  readonly isDev: boolean
}

interface Made {
  readonly documents: readonly ImportedDocument[]
  readonly variables: readonly Variable[]
  readonly isWithoutUrl: boolean
}

const DEV_URL = 'http://127.0.0.1:4000'
const SOME_URL = 'https://id.example.com'

/** A whole project, in the order in which a person would write it. */
export function made({ tenants, publicUrl }: Taken, product: Product, { isDev }: Making): Made {
  const [only, ...others] = tenants
  const project = only !== undefined && others.length === 0 ? only.name : product.name
  const variableFor = uniqueVariables()
  const found = tenants.map((tenant) => ({
    tenant,
    fitted: fitApplications(tenant, { isDev, variableFor }),
  }))
  const url = isDev ? DEV_URL : (publicUrl ?? SOME_URL)
  return {
    documents: [
      documentOf({ kind: 'Project', tenant: '', name: project }),
      documentOf(
        { kind: 'Environment', tenant: '', name: isDev ? 'dev' : 'prod' },
        { kind: isDev ? 'dev' : 'production', publicUrl: url },
      ),
      ...found.flatMap(({ tenant, fitted }) => documentsOf(tenant, fitted)),
    ],
    variables: distinct(found.flatMap(({ fitted }) => fitted.flatMap((each) => each.variables))),
    isWithoutUrl: !isDev && publicUrl === undefined,
  }
}

function documentsOf(tenant: TenantDraft, fitted: readonly Fitted[]): readonly ImportedDocument[] {
  const own = tenant.documents.map(({ kind, name, spec }) =>
    documentOf({ kind, tenant: tenant.name, name }, spec),
  )
  const apps = fitted.map(({ name, spec }) =>
    documentOf({ kind: 'Application', tenant: tenant.name, name }, spec as unknown as JsonObject),
  )
  const spec = Object.keys(tenant.spec).length === 0 ? undefined : tenant.spec
  return [
    { ...documentOf({ kind: 'Tenant', tenant: '', name: tenant.name }, spec), tenant: tenant.name },
    ...[...own, ...apps].toSorted(
      (one, two) => KIND_NAMES.indexOf(one.kind) - KIND_NAMES.indexOf(two.kind),
    ),
  ]
}

function documentOf(
  { kind, tenant, name }: Pick<ImportedDocument, 'kind' | 'tenant' | 'name'>,
  spec?: JsonObject,
): ImportedDocument {
  return {
    kind,
    tenant,
    name,
    value: {
      apiVersion: API_VERSION,
      kind,
      metadata: { ...(tenant === '' ? {} : { tenant }), name },
      ...(spec === undefined ? {} : { spec }),
    },
  }
}

function uniqueVariables(): (wanted: string) => string {
  const taken = new Set<string>()
  return (wanted) => {
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`
    taken.add(name)
    return name
  }
}

/** Clients may have named one of their own before. */
const distinct = (variables: readonly Variable[]): readonly Variable[] =>
  [...new Map(variables.toReversed().map((each) => [each.name, each])).values()].toReversed()
