import { MODELINE, printDocuments } from '../../config/print.ts'
import type { LiveState } from '../../store/config-port.ts'
import type { Exportable, ExportedDocument, Literal } from './documents.ts'
import { CA_FILE, exportedDocuments, type Selection } from './project.ts'

/** What is live, as a project that would plan no change. */
export interface Export {
  /** By path: the project file, one file for each tenant, and the certificates, if there are any. */
  readonly files: ReadonlyMap<string, string>
  /** Secrets that cannot be exported: only references are as they were. */
  readonly literals: readonly Literal[]
}

export function exportedFiles(live: Pick<LiveState, 'objects'>, selection: Selection): Export {
  const { documents, ca } = exportedDocuments(live, selection)
  const byTenant = Map.groupBy(documents, ({ tenant }) => tenant)
  return {
    files: new Map([
      ...[...byTenant].map(([tenant, each]): [string, string] => [
        tenant === '' ? 'tokenidp.yaml' : `tenants/${tenant}.yaml`,
        printDocuments(each, MODELINE),
      ]),
      ...(ca === undefined ? [] : [[CA_FILE, `${ca}\n`] as const]),
    ]),
    literals: documents.flatMap(({ literals }: ExportedDocument) => literals),
  }
}

/** The same as one text; certificates are files and not in it. */
export const documentsOf = (live: Pick<LiveState, 'objects'>, owner: string): string =>
  textOf(live, { owner })

export const textOf = (
  live: { readonly objects: readonly Exportable[] },
  selection: Selection,
): string => printDocuments(exportedDocuments(live, selection).documents, MODELINE)
