import { type EpochMilliseconds, toSeconds } from '../base/time.ts'
import { addressOf } from '../config/desired-state.ts'
import type {
  ConfigObject,
  ConfigStore,
  LiveState,
  NewAuditEntry,
  NewRevision,
} from '../store/config-port.ts'
import type { About } from './apply/applying.ts'
import { withChanges } from './delta.ts'
import { liveDigest } from './plan/digests.ts'
import { READER } from './reader.ts'
import { Refusal } from './refusal.ts'
import { checkUnsigned } from './saved/required.ts'

/** One object and whose it becomes; empty for nobody's. */
export interface Handover {
  readonly object: ConfigObject
  readonly owner: string
}

export interface Handing {
  readonly config: ConfigStore
  readonly action: 'adopt' | 'release'
  /** Whose revision it is: who takes over, or who lets go. */
  readonly owner: string
  readonly about: About
  readonly nowMs: EpochMilliseconds
  readonly lockTimeoutMs: number
  readonly beforeCommit: () => void
}

/** Changes owners and nothing else, all of them or none, as one revision. Answers it. */
export const handOver = (handovers: readonly Handover[], handing: Handing): Promise<number> =>
  handing.config.transaction(handing.lockTimeoutMs, async (tx) => {
    const before = await tx.live()
    checkUnchanged(handovers, before)
    checkUnsigned(before)
    const revision = before.revision + 1
    const objects = handovers.map(({ object, owner }) => ({ ...object, owner, revision }))
    await tx.upsert(objects)
    await tx.record(handovers.map((each) => entryOf(each, handing, revision)))
    const after = withChanges(before, await tx.changedSince(before.revision))
    await tx.commitRevision(revisionOf(handovers, handing, after))
    handing.beforeCommit()
    return revision
  })

/** What was shown is what is handed over. */
function checkUnchanged(handovers: readonly Handover[], { objects }: LiveState): void {
  const live = new Map(objects.map((object) => [object.uid, object]))
  for (const { object } of handovers) {
    const now = live.get(object.uid)
    if (now?.owner === object.owner && now.revision === object.revision) continue
    throw new Refusal('stale', `${addressOf(object)} was changed meanwhile; nothing was applied`)
  }
}

const entryOf = (
  { object, owner }: Handover,
  { action, about, nowMs }: Handing,
  revision: number,
): NewAuditEntry => ({
  revision,
  at: toSeconds(nowMs),
  actor: about.actor,
  action,
  address: addressOf(object),
  objectUid: object.uid,
  details: {
    risk: 'caution',
    before: object.specHash,
    after: object.specHash,
    owner,
    ...(action === 'adopt' ? { adoptedFrom: object.owner } : { releasedBy: object.owner }),
    commit: about.gitCommit ?? null,
    reason: about.reason ?? null,
  },
})

function revisionOf(
  handovers: readonly Handover[],
  { about, owner, nowMs }: Handing,
  after: LiveState,
): NewRevision {
  const digest = liveDigest(after.objects, owner)
  return {
    ...about,
    owner,
    kind: 'ownership',
    desiredDigest: digest,
    liveDigest: digest,
    minReader: String(READER),
    planFingerprint: undefined,
    summary: {
      create: [],
      update: handovers.map(({ object }) => addressOf(object)),
      delete: [],
    },
    // Nothing new is wanted of them.
    source: undefined,
    createdAt: toSeconds(nowMs),
  }
}
