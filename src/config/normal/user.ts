import type { JsonObject } from '../../base/json.ts'
import type { DocumentOf } from '../kinds.ts'

import { compact, sorted } from './members.ts'
import { referenceOf } from './secret.ts'
export function userSpec({ metadata, spec }: DocumentOf<'User'>): JsonObject {
  return compact({
    username: spec.username ?? metadata.name,
    email: spec.email,
    emailVerified: spec.emailVerified ?? false,
    password: spec.password === undefined ? undefined : referenceOf(spec.password),
    cibaUserCode: spec.cibaUserCode === undefined ? undefined : referenceOf(spec.cibaUserCode),
    claims: spec.claims ?? {},
    roles: sorted(spec.roles),
    groups: spec.groups === undefined ? undefined : sorted(spec.groups),
  })
}
