import type { JsonObject } from '../../base/json.ts'
import { addressOf } from '../../config/desired-state.ts'
import { API_VERSION, KIND_NAMES, type Kind } from '../../config/kinds.ts'
import type { Printable } from '../../config/print.ts'
import { writtenSpec } from '../../config/written.ts'
import type { ConfigObject } from '../../store/config-port.ts'

/** One live object as a document. */
export interface ExportedDocument extends Printable {
  readonly kind: Kind
  readonly tenant: string
  readonly name: string
  readonly literals: readonly Literal[]
}

/** A secret that was written into the documents: there is nothing to write it from. */
export interface Literal {
  readonly address: string
  readonly id: string
  /** The variable that the exported document takes it from. */
  readonly variable: string
}

/** What of a live object, or of one that is wanted, a document says. */
export type Exportable = Pick<
  ConfigObject,
  'kind' | 'tenant' | 'name' | 'owner' | 'spec' | 'isProtected' | 'reconcile'
>

export function documentOf(object: Exportable): ExportedDocument[] {
  const kind = KIND_NAMES.find((each) => each === object.kind)
  if (kind === undefined) return []
  const { tenant, name } = object
  const address = addressOf(object)
  const variable = (id: string): string => variableFor([tenant, name, id])
  const { spec, literals } = writtenSpec(kind, object.spec, variable)
  return [
    {
      kind,
      // What is in no tenant stands beside its own.
      tenant: kind === 'Tenant' ? name : tenant,
      name,
      value: {
        apiVersion: API_VERSION,
        kind,
        metadata: tenant === '' ? { name } : { tenant, name },
        ...lifecycleOf(object),
        spec,
      },
      comments: literals.map(({ path }) => ({
        path: ['spec', ...path, 'fromEnv'],
        text: 'was written here itself, and is not stored',
      })),
      literals: literals.map(({ id }) => ({ address, id, variable: variable(id) })),
    },
  ]
}

/** What goes without saying is not said. */
function lifecycleOf({ isProtected, reconcile }: Exportable): JsonObject {
  if (!isProtected && reconcile === 'full') return {}
  return {
    lifecycle: {
      ...(isProtected ? { protect: true } : {}),
      ...(reconcile === 'full' ? {} : { reconcile }),
    },
  }
}

const variableFor = (parts: readonly string[]): string =>
  ['SECRET', ...parts]
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
