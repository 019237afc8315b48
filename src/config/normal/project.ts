import type { JsonObject } from '../../base/json.ts'
import type { DocumentOf } from '../kinds.ts'
import { compact } from './members.ts'

/** What of the project file is applied; the rest is for the commands. */
export const projectSpec = ({ spec = {} }: DocumentOf<'Project'>): JsonObject =>
  compact({
    rootTenant: spec.rootTenant,
    signedPlans: spec.signedPlans && { keys: spec.signedPlans.keys },
  })
