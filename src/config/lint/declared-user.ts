import type { Finding, Rule } from './rule.ts'

/** People are not configuration: they register, change and leave without a commit. */
export const declaredUser: Rule = {
  code: 'TIDP2003',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    if (graph.environment.document.spec.kind === 'dev') return
    for (const item of graph.all('User'))
      yield {
        item,
        path: ['kind'],
        message: 'users are declared only where the environment is kind: dev',
        hint: `leave the file out of this project, and run: tokenidp users add ${item.document.metadata.tenant}`,
      }
  },
}
