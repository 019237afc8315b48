import type { JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import type {
  ConfigObject,
  ConfigStore,
  ConfigTransaction,
  LiveState,
  NewAuditEntry,
  Override,
} from '../../store/config-port.ts'
import { READER } from '../reader.ts'

/** Overrides belong to whoever runs the servers, whoever owns the objects. */
const OWNER = 'runtime:admin'

/** The world in which overrides are changed. */
export interface Overriding {
  readonly config: ConfigStore
  readonly lockTimeoutMs: number
  readonly by: By
  /** The last moment at which throwing changes nothing. */
  readonly beforeCommit?: () => void
}

export interface Changed {
  readonly revision: number
  readonly overrides: readonly Override[]
}

export interface By {
  readonly actor: string
  readonly reason: string | undefined
  readonly toolVersion: string
  readonly now: EpochSeconds
}

export interface Happened {
  readonly action: 'override' | 'override-clear' | 'override-end'
  readonly object: ConfigObject
  readonly override: Override
}

/** A revision of its own, by which servers read the objects again. */
export async function commitOverrides(
  tx: ConfigTransaction,
  live: LiveState,
  happened: readonly Happened[],
  { by, beforeCommit }: Overriding,
): Promise<Changed> {
  const revision = live.revision + 1
  await tx.touch([...new Set(happened.map(({ object }) => object.uid))], revision)
  await tx.record(happened.map((each) => entryOf(each, revision, by)))
  await tx.commitRevision({
    ...NO_SOURCE,
    owner: OWNER,
    kind: 'override',
    desiredDigest: '',
    minReader: String(READER),
    toolVersion: by.toolVersion,
    actor: by.actor,
    reason: by.reason,
    summary: {
      create: [],
      update: [...new Set(happened.map(({ object }) => addressOf(object)))],
      delete: [],
      overrides: happened.map((each) => ({
        action: each.action,
        address: addressOf(each.object),
        path: each.override.path,
      })),
    },
    createdAt: by.now,
  })
  beforeCommit?.()
  return { revision, overrides: happened.map(({ override }) => override) }
}

const NO_SOURCE = {
  liveDigest: undefined,
  gitCommit: undefined,
  gitRef: undefined,
  gitDirty: false,
  repoUrl: undefined,
  ciUrl: undefined,
  planFingerprint: undefined,
  source: undefined,
} as const

const entryOf = (
  { action, object, override }: Happened,
  revision: number,
  { actor, reason, now }: By,
): NewAuditEntry => ({
  revision,
  at: now,
  actor,
  action,
  address: addressOf(object),
  objectUid: object.uid,
  details: { ...detailsOf(override), owner: object.owner, reason: reason ?? null },
})

/** No field that can be overridden holds a secret. */
const detailsOf = ({ path, value, expiresAt, isRelaxing }: Override): JsonObject => ({
  paths: [path],
  value,
  expiresAt,
  isRelaxing,
})
