import {
  Completion,
  ErrorDocument,
  Explanation,
  Fix,
  Format,
  GeneratedSecrets,
  Graph,
  Import,
  Origins,
  Rendering,
  Tests,
  TokenPreview,
  Upgrade,
} from './about.ts'
import { ApiToken, ApiTokens } from './api-tokens.ts'
import {
  KeyDiagnosis,
  KeyImport,
  KeyRevocation,
  KeyStep,
  PublicKeys,
  TokenDiagnosis,
} from './keys.ts'
import { Override, Overrides } from './override.ts'
import {
  Audit,
  AuditVerification,
  Collection,
  Drift,
  Export,
  History,
  Ownership,
  Revision,
  Rollback,
  Status,
} from './past.ts'
import {
  DatabaseStatus,
  Deliveries,
  Init,
  IssuedSecret,
  KeyRotation,
  Keys,
  Revocation,
  Secrets,
  SecretsCheck,
  SessionEnd,
  Sessions,
  User,
  Users,
  Validation,
  Version,
} from './people.ts'
import { AppliedChange, Apply, ApplyPhase, BugReport, Difference, Plan, SavedPlan } from './plan.ts'
import { Rekey } from './rekey.ts'

/** Every document that the program writes, by its kind. Imported by what writes `schemas/` only. */
const OUTPUTS = {
  Rendering,
  Origins,
  Graph,
  Import,
  Difference,
  Plan,
  Apply,
  ApplyPhase,
  AppliedChange,
  SavedPlan,
  BugReport,
  Error: ErrorDocument,
  GeneratedSecrets,
  TokenPreview,
  Status,
  History,
  Revision,
  Drift,
  Audit,
  AuditVerification,
  Collection,
  Rollback,
  Export,
  Ownership,
  Override,
  Overrides,
  Users,
  User,
  Revocation,
  Sessions,
  SessionEnd,
  ApiToken,
  ApiTokens,
  Deliveries,
  Keys,
  KeyRotation,
  Rekey,
  KeyImport,
  KeyStep,
  KeyRevocation,
  KeyDiagnosis,
  PublicKeys,
  TokenDiagnosis,
  IssuedSecret,
  Secrets,
  SecretsCheck,
  DatabaseStatus,
  Init,
  Completion,
  Version,
  Validation,
  Tests,
  Explanation,
  Fix,
  Format,
  Upgrade,
} as const

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** `SavedPlan` → `saved-plan.json`. */
const fileOf = (kind: string): string =>
  `${kind.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.json`

/** The files of `schemas/output/`, by name. */
export const outputFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(OUTPUTS).map(([kind, schema]) => [
      fileOf(kind),
      `${JSON.stringify({ $schema: DIALECT, ...schema }, null, 2)}\n`,
    ]),
  )
