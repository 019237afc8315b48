import { nameOf } from '../graph.ts'
import type { Finding, Rule } from './rule.ts'

const READER = /(?:^|[-_.])(?:read|reader|readonly|read-only|view|viewer|auditor|guest)(?:$|[-_.])/i
const WRITES = /(?:^|[.:/_-])(?:write|create|update|delete|manage|edit|admin|\*)(?:$|[.:/_-])/i

/** People give a role by its name. */
export const roleName: Rule = {
  code: 'TIDP3026',
  severity: 'warning',
  *check(graph): Iterable<Finding> {
    for (const item of graph.all('Role')) {
      if (!READER.test(nameOf(item))) continue
      for (const [index, permission] of (item.document.spec?.permissions ?? []).entries())
        if (WRITES.test(permission))
          yield {
            item,
            path: ['spec', 'permissions', index],
            message: `"${nameOf(item)}" sounds as if it could only read, and has ${permission}`,
            hint: 'give the role another name, or take the permission away',
          }
    }
  },
}
