import { addressOf, type DesiredState } from '../../config/desired-state.ts'
import type { ConfigObject, LiveState } from '../../store/config-port.ts'
import { formerAddress } from '../plan/base.ts'
import { type Change, isExecuted } from '../plan/change.ts'
import { specHash } from '../plan/digests.ts'
import type { Plan } from '../plan.ts'
import { Refusal } from '../refusal.ts'

/** What a fault of ours can be looked into with: names and hashes, and nothing of what they stand for. */
export interface Evidence {
  /** different: a second plan would change it again. unloadable: no server could read the outcome. */
  readonly found: 'different' | 'unloadable'
  readonly schemaVersion: number
  readonly owner: string
  readonly baseRevision: number
  readonly baseDigest: string
  readonly desiredDigest: string
  /** What the plan did. */
  readonly done: readonly Trail[]
  /** What it would do again. */
  readonly left: readonly Trail[]
}

/** How one object went. A hash is null where there was none. */
interface Trail {
  readonly action: Change['action']
  readonly address: string
  readonly movedFrom: string | null
  readonly paths: readonly string[]
  readonly secrets: Change['secrets']
  readonly before: string | null
  readonly wanted: string | null
  readonly after: string | null
}

/** The outcome is not what was planned, or no server could load it. Nothing was applied. */
export class NotConverged extends Refusal {
  readonly evidence: Evidence

  constructor(message: string, evidence: Evidence, options?: ErrorOptions) {
    super('not-converged', message, options)
    this.evidence = evidence
  }
}

interface Trial {
  readonly plan: Plan
  readonly desired: DesiredState
  readonly before: LiveState
  readonly after: LiveState
  /** Undefined where it does not matter: no server could load it. */
  readonly left: readonly Change[] | undefined
}

export function evidenceOf({ plan, desired, before, after, left }: Trial): Evidence {
  const wanted = new Map(desired.objects.map((each) => [addressOf(each), specHash(each.spec)]))
  const [was, is] = [hashesOf(before.objects), hashesOf(after.objects)]
  const trail = (change: Change): Trail => ({
    action: change.action,
    address: change.address,
    movedFrom: change.movedFrom ?? null,
    paths: change.fields.map(({ path }) => path),
    secrets: change.secrets,
    before: was.get(formerAddress(change)) ?? null,
    wanted: wanted.get(change.address) ?? null,
    after: is.get(change.address) ?? null,
  })
  const { owner, baseRevision, baseDigest, desiredDigest } = plan
  return {
    found: left === undefined ? 'unloadable' : 'different',
    schemaVersion: before.meta.schemaVersion,
    owner,
    baseRevision,
    baseDigest,
    desiredDigest,
    done: plan.changes.filter(isExecuted).map(trail),
    left: (left ?? []).map(trail),
  }
}

const hashesOf = (objects: readonly ConfigObject[]): ReadonlyMap<string, string> =>
  new Map(objects.map((object) => [addressOf(object), object.specHash]))
