import type { Finding, Rule } from './rule.ts'

/** OpenID Connect Core §4: whoever can change what is sent there starts sign-ins in the application. */
export const initiateLogin: Rule = {
  code: 'TIDP2045',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { initiateLoginUri } = item.document.spec
      if (initiateLoginUri === undefined) continue
      const url = URL.parse(initiateLoginUri)
      if (url?.protocol === 'https:' && url.hash === '') continue
      yield {
        item,
        path: ['spec', 'initiateLoginUri'],
        message: 'sign-ins cannot be started at this address',
        hint: 'write an https address without a fragment',
      }
    }
  },
}
