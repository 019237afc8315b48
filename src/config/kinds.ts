import type { DocumentOf, Kind } from './schemas/index.ts'

/** In the order in which a person would read them; the schemas have one file for each. */
export const KIND_NAMES = [
  'Project',
  'Environment',
  'Tenant',
  'KeyPolicy',
  'Resource',
  'Scope',
  'Role',
  'Application',
  'User',
  'Profile',
  'Patch',
  'Refactor',
  'Lint',
] as const satisfies readonly Kind[]

export const API_VERSION = 'tokenidp.dev/v1'

export type { DocumentOf, Kind }
