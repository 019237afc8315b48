import type { Finding, Rule } from './rule.ts'

/** RFC 9101 §6.2: without a key nothing that is signed can be verified, so every request would be refused. */
export const requestObjectKeys: Rule = {
  code: 'TIDP3025',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { requestObject, jwks, jwksUri } = item.document.spec
      if (requestObject?.required !== true || jwks !== undefined || jwksUri !== undefined) continue
      yield {
        item,
        path: ['spec', 'requestObject', 'required'],
        message: 'signed requests are required, and there is no key to verify them with',
        hint: 'add jwks or jwksUri, or remove the line',
      }
    }
  },
}
