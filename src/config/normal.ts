import type { JsonObject } from '../base/json.ts'
import { applicationSpec } from './normal/application.ts'
import { environmentSpec } from './normal/environment.ts'
import { compact, sorted } from './normal/members.ts'
import { projectSpec } from './normal/project.ts'
import { resourceSpec, scopeSpec } from './normal/resource.ts'
import { keyPolicySpec, tenantSpec } from './normal/tenant.ts'
import { userSpec } from './normal/user.ts'
import type { Item } from './schema.ts'

/** The spec in normal form: defaults filled, durations in seconds, sets sorted, secrets as references. */
export function normalSpec(item: Item): JsonObject {
  switch (item.kind) {
    case 'Project':
      return projectSpec(item.document)
    case 'Environment':
      return environmentSpec(item.document)
    case 'Tenant':
      return tenantSpec(item.document)
    case 'KeyPolicy':
      return keyPolicySpec(item.document.spec)
    case 'Resource':
      return resourceSpec(item.document)
    case 'Scope':
      return scopeSpec(item.document)
    case 'Role': {
      const { description, permissions } = item.document.spec ?? {}
      return compact({ description, permissions: sorted(permissions) })
    }
    case 'Application':
      return applicationSpec(item.document)
    case 'User':
      return userSpec(item.document)
    case 'Profile':
    case 'Patch':
    case 'Refactor':
    case 'Lint':
      // They say what objects are, or what happens to them, and are none.
      return {}
  }
}
