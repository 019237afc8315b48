import type { DocumentOf, Kind, TestDocument } from './schemas/index.ts'

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

/** Documents of this kind stand in files of their own and are never applied. */
export const TEST = 'Test'

/** All that there is a schema of. */
export const EVERY_KIND = [...KIND_NAMES, TEST] as const
export type AnyKind = (typeof EVERY_KIND)[number]

export type { DocumentOf, Kind, TestDocument }
