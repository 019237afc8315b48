import { grantsOf, methodOf } from '../defaults.ts'
import type { Finding, Rule } from './rule.ts'

/** RFC 9700 §2.4: it teaches people to type their password anywhere, and knows no second factor. */
export const passwordGrant: Rule = {
  code: 'TIDP2052',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { document } = item
      const index = grantsOf(document.spec).indexOf('password')
      if (index < 0) continue
      yield {
        item,
        path: ['spec', 'grants', index],
        message: `people type their passwords into "${document.metadata.name}" itself, which OAuth 2.1 forbids`,
        hint: 'move to authorization_code before it ends; until then the application sees every password',
      }
      if (methodOf(document.spec) === 'none')
        yield {
          item,
          path: ['spec', 'grants', index],
          severity: 'error',
          message: 'only an application that proves who it is may send passwords',
          hint: 'give it a secret, or remove password from its grants',
        }
    }
  },
}

export const passwordGrantEnd: Rule = {
  code: 'TIDP3031',
  severity: 'error',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Application')) {
      const { spec } = item.document
      const index = grantsOf(spec).indexOf('password')
      if (index >= 0 && spec.passwordGrant === undefined)
        yield {
          item,
          path: ['spec', 'grants', index],
          message: 'the password grant has no end',
          hint: 'add passwordGrant: { until: 2027-06-30T00:00:00Z }, or a date by which it is gone',
        }
      if (index < 0 && spec.passwordGrant !== undefined)
        yield {
          item,
          path: ['spec', 'passwordGrant'],
          severity: 'warning',
          message: 'the application has no password grant, so this has no effect',
          hint: 'remove passwordGrant',
        }
    }
  },
}
