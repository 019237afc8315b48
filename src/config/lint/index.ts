import type { Diagnostic } from '../../base/diagnostic.ts'
import { diagnostic } from '../codes.ts'
import type { Graph } from '../graph.ts'
import type { Rule } from './rule.ts'

const RULES: readonly Rule[] = []

export const lint = (graph: Graph): readonly Diagnostic[] =>
  RULES.flatMap((rule) =>
    [...rule.check(graph)].map(({ item, path, message, hint, severity = rule.severity }) =>
      diagnostic(rule.code, item.source.at(path), message, {
        severity,
        ...(hint === undefined ? {} : { hint }),
      }),
    ),
  )
