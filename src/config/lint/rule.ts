import type { Diagnostic } from '../../base/diagnostic.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { Code } from '../codes.ts'
import type { Graph } from '../graph.ts'
import type { Path } from '../locate.ts'
import type { Item } from '../schema.ts'

export interface Finding {
  readonly item: Item
  readonly path: Path
  readonly message: string
  readonly hint?: string
  /** Where it differs from the rule's own. */
  readonly severity?: Diagnostic['severity']
}

/** One thing worth checking once the documents are well-formed. One rule, one file, one code. */
export interface Rule {
  readonly code: Code
  readonly severity: Diagnostic['severity']
  /** What it finds today it may not find tomorrow. */
  readonly isOfDate?: true
  /** Without a time, nothing is soon. */
  check(graph: Graph, now?: EpochSeconds): Iterable<Finding>
}
