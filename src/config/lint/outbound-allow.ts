import type { Finding, Rule } from './rule.ts'

/** Whoever may write a URL into an application's settings can reach what is allowed here. */
export const outboundAllow: Rule = {
  code: 'TIDP2040',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Environment')) {
      const { kind, outbound } = item.document.spec
      if (kind === 'dev' || (outbound?.allow ?? []).length === 0) continue
      yield {
        item,
        path: ['spec', 'outbound', 'allow'],
        message: 'requests of this server may reach these hosts inside your network',
        hint: 'keep only hosts that must be reached, each with its port',
      }
    }
  },
}
