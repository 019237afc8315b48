import type { Graph } from '../graph.ts'
import type { Finding, Rule } from './rule.ts'

const HINT = 'write { fromEnv: NAME }, { fromFile: path } or { generate: {} }'

const OF_PEOPLE = [
  ['password', 'password'],
  ['cibaUserCode', 'user code'],
] as const

/** What is in git is known to everybody who ever had a copy of it. */
export const literalSecret: Rule = {
  code: 'TIDP2001',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    if (graph.environment.document.spec.kind === 'dev') return
    for (const item of graph.all('Application'))
      for (const [index, secret] of (item.document.spec.clientAuth?.secrets ?? []).entries())
        if (typeof secret.value === 'string')
          yield {
            item,
            path: ['spec', 'clientAuth', 'secrets', index, 'value'],
            message: `the secret "${secret.id}" is written out, and this environment is not kind: dev`,
            hint: HINT,
          }
    yield* ofPeople(graph)
  },
}

function* ofPeople(graph: Graph): Iterable<Finding> {
  for (const item of graph.all('User'))
    for (const [field, name] of OF_PEOPLE)
      if (typeof item.document.spec[field] === 'string')
        yield {
          item,
          path: ['spec', field],
          message: `the ${name} is written out, and this environment is not kind: dev`,
          hint: HINT,
        }
}
