import type { Finding, Rule } from './rule.ts'

/** With forward secrecy and authenticated encryption (RFC 9325 §4.2), or a suite of TLS 1.3. */
const STRONG =
  /^(?:TLS_[A-Z0-9_]+|(?:ECDHE|DHE)-[A-Z0-9-]*(?:GCM|CHACHA20)[A-Z0-9-]*|![A-Za-z0-9]+)$/

export const tlsCiphers: Rule = {
  code: 'TIDP2077',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Project')) {
      const weak = item.document.spec?.tls?.ciphers?.split(':').find((name) => !STRONG.test(name))
      if (weak === undefined) continue
      yield {
        item,
        path: ['spec', 'tls', 'ciphers'],
        message: `${weak} is without forward secrecy or authenticated encryption, or names a whole group`,
        hint: 'list ECDHE suites with GCM or CHACHA20, or remove it for the default',
      }
    }
  },
}
