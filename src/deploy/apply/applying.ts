import type { Random } from '../../base/random.ts'
import type { SealingKey } from '../../base/seal.ts'
import type { EpochMilliseconds } from '../../base/time.ts'
import type { Jwk } from '../../model/jwk.ts'
import type { ConfigStore, Revision } from '../../store/config-port.ts'
import type { PlanOptions } from '../plan/planning.ts'

/** The world of one apply. */
export interface Applying {
  readonly config: ConfigStore
  readonly random: Random
  readonly nowMs: EpochMilliseconds
  readonly lockTimeoutMs: number
  readonly hashPassword: (password: string) => Promise<string>
  /** Asked for only when a client's secret must be sealed. Throws when there is none. */
  readonly sealingKey: () => SealingKey
  /** Puts new secrets where the operator finds them, durably and at once. Undefined: there is no such place. */
  readonly keepSecrets: ((generated: readonly GeneratedSecret[]) => void) | undefined
  /** The last moment at which throwing changes nothing. */
  readonly beforeCommit?: () => void
  /** What the plan was made with. */
  readonly options: PlanOptions
  readonly about: About
  /** `apply` where it is left out. */
  readonly kind?: Revision['kind']
  /** Of the saved plan that is applied. */
  readonly planFingerprint?: string | undefined
  /** The key that made its signature, of those that are live. */
  readonly signedBy?: Jwk | undefined
}

export interface GeneratedSecret {
  readonly address: string
  readonly id: string
  readonly value: string
}

/** Who applied what, for the history. */
export type About = Pick<
  Revision,
  'toolVersion' | 'gitCommit' | 'gitRef' | 'gitDirty' | 'repoUrl' | 'ciUrl' | 'actor' | 'reason'
>
