import type { JsonObject } from '../../base/json.ts'
import { toSeconds } from '../../base/time.ts'
import { addressOf } from '../../config/desired-state.ts'
import type {
  ConfigObject,
  LiveState,
  NewAuditEntry,
  NewRevision,
} from '../../store/config-port.ts'
import { type Change, isExecuted } from '../plan/change.ts'
import { liveDigest, specHash } from '../plan/digests.ts'
import type { Plan, Wanted } from '../plan.ts'
import { READER } from '../reader.ts'
import type { Applying } from './applying.ts'
import type { Identities } from './prepare.ts'

export interface Made {
  readonly plan: Plan
  readonly wanted: Wanted
  readonly identities: Identities
  readonly revision: number
  readonly applying: Applying
}

export function revisionOf(made: Made, after: LiveState): Omit<NewRevision, 'source'> {
  const { plan, applying } = made
  const { about, nowMs, kind = 'apply' } = applying
  const addresses = (...actions: Change['action'][]): string[] =>
    plan.changes
      .filter((each) => isExecuted(each) && actions.includes(each.action))
      .map((each) => each.address)
  return {
    ...about,
    owner: plan.owner,
    kind,
    desiredDigest: plan.desiredDigest,
    liveDigest: liveDigest(after.objects, plan.owner),
    minReader: String(READER),
    planFingerprint: applying.planFingerprint,
    summary: {
      create: addresses('create', 'revive'),
      update: addresses('update', 'record', 'release'),
      delete: addresses('delete'),
    },
    createdAt: toSeconds(nowMs),
  }
}

/** One entry per object. Paths and hashes, no values: an old value may be what had to go. */
export function auditOf({ plan, wanted, identities, revision, applying }: Made): NewAuditEntry[] {
  const specs = new Map(wanted.desired.objects.map((object) => [addressOf(object), object.spec]))
  const { about, nowMs } = applying
  return plan.changes.filter(isExecuted).map((change) => {
    const { uid, before } = identities.get(change.address) ?? {}
    return {
      revision,
      at: toSeconds(nowMs),
      actor: about.actor,
      action: change.action,
      address: change.address,
      objectUid: uid,
      details: {
        ...detailsOf(change),
        ...hashesOf(change, before, specs.get(change.address)),
        owner: plan.owner,
        commit: about.gitCommit ?? null,
        reason: about.reason ?? null,
      },
    }
  })
}

const detailsOf = (change: Change): JsonObject => ({
  risk: change.risk,
  paths: change.fields.map(({ path }) => path),
  secrets: change.secrets.map(({ id, action }) => ({ id, action })),
  origin: `${change.origin.file}:${change.origin.line}`,
  ...(change.movedFrom === undefined ? {} : { movedFrom: change.movedFrom }),
  ...(change.adoptedFrom === undefined ? {} : { adoptedFrom: change.adoptedFrom }),
})

const hashesOf = (
  { action }: Change,
  before: ConfigObject | undefined,
  spec: JsonObject | undefined,
): JsonObject => ({
  before: before === undefined ? null : before.specHash,
  after: spec === undefined || action === 'delete' ? null : specHash(spec),
})
