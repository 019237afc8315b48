import type { Diagnostic } from '../../base/diagnostic.ts'
import { nearest } from '../../base/nearest.ts'
import { CODES, diagnostic } from '../codes.ts'
import type { Graph } from '../graph.ts'
import type { Item } from '../schema.ts'

type Severity = Item<'Lint'>['document']['spec']['severities'][string]

export interface Severities {
  /** With what the project says of it; undefined for what it does not want to hear of. */
  weighed(found: Diagnostic): Diagnostic | undefined
  readonly diagnostics: readonly Diagnostic[]
}

interface Setting {
  readonly item: Item<'Lint'>
  readonly code: string
  readonly severity: Severity
}

/**
 * What documents of kind `Lint` say. The ceiling of what a project may decide: warnings. An error is what a server
 * would refuse or what no project may have, so it stays one.
 */
export function severitiesOf(graph: Graph, warnings: ReadonlySet<string>): Severities {
  const chosen = new Map<string, Severity>()
  const diagnostics: Diagnostic[] = []
  for (const { item, code, severity } of settingsIn(graph)) {
    const why = chosen.has(code) ? 'it is chosen twice' : whyNot(code, warnings)
    if (why === undefined) chosen.set(code, severity)
    else diagnostics.push(refused({ item, code, severity }, why, warnings))
  }
  return {
    diagnostics,
    weighed(found) {
      const severity = found.severity === 'warning' ? chosen.get(found.code) : undefined
      if (severity === 'off') return undefined
      return severity === undefined ? found : { ...found, severity }
    },
  }
}

const settingsIn = (graph: Graph): readonly Setting[] =>
  graph.all('Lint').flatMap((item) =>
    Object.entries(item.document.spec.severities).map(([code, severity]) => ({
      item,
      code,
      severity,
    })),
  )

function whyNot(code: string, warnings: ReadonlySet<string>): string | undefined {
  if (!Object.hasOwn(CODES, code)) return 'there is no such code'
  return warnings.has(code) ? undefined : 'it is an error, and stays one'
}

function refused({ item, code }: Setting, why: string, warnings: ReadonlySet<string>): Diagnostic {
  const at = item.source.atKey(['spec', 'severities', code])
  const meant = Object.hasOwn(CODES, code) ? undefined : nearest(code, warnings)
  return diagnostic('TIDP3090', at, `the severity of ${code} cannot be chosen: ${why}`, {
    hint: meant === undefined ? 'remove the line' : `did you mean "${meant}"?`,
  })
}
