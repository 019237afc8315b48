import { gunzipSync } from 'node:zlib'
import { digest } from '../../base/digest.ts'
import { ulid } from '../../base/id.ts'
import { canonicalJson, type JsonObject } from '../../base/json.ts'
import type { Random } from '../../base/random.ts'
import {
  type EpochMilliseconds,
  type EpochSeconds,
  type Seconds,
  toSeconds,
} from '../../base/time.ts'
import type { ChangePolicy, DesiredState } from '../../config/desired-state.ts'
import type { Plan, PlanContents } from '../plan.ts'
import { packSource } from '../source.ts'

/** A plan that waits to be applied, perhaps elsewhere and by somebody else: complete, and free of secrets. */
export interface SavedPlan extends PlanContents {
  /** Not in those of format 1.0. */
  readonly base?: Plan['base']
  readonly formatVersion: string
  readonly kind: 'SavedPlan'
  readonly tool: { readonly name: string; readonly version: string }
  readonly planId: string
  /** Of the database it was made from. It may be applied to any that is in the same state. */
  readonly clusterId: string | null
  /** Of all that `desired` holds, unpacked: contents, policy, references and places. */
  readonly sourceDigest: string
  readonly git: SavedGit
  /** Who saved it. */
  readonly actor: string
  readonly ciUrl: string | null
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly options: SavedOptions
  readonly guards: ChangePolicy['guards']
  /** What is wanted, gzip in base64. */
  readonly desired: string
  /** The files of SOPS that it refers to, still encrypted: they are not where it is applied. By their paths. */
  readonly sopsFiles?: Readonly<Record<string, string>>
  /** Of everything but itself and the signature. */
  readonly fingerprint: string
  /** A compact JWS over the fingerprint, without its payload (RFC 7515, appendix F). */
  readonly signature?: string
}

export interface SavedGit {
  readonly commit: string | null
  readonly ref: string | null
  readonly isDirty: boolean
  readonly repoUrl: string | null
}

/** What the plan was made with, over what the project says. */
export interface SavedOptions {
  readonly prune?: boolean
  readonly onDrift?: 'revert' | 'fail' | 'keep'
  readonly maxDeletes?: number
  readonly target?: readonly string[]
}

export interface Saving
  extends Pick<
    SavedPlan,
    'tool' | 'clusterId' | 'git' | 'actor' | 'ciUrl' | 'options' | 'sopsFiles'
  > {
  readonly plan: Plan
  readonly desired: DesiredState
  readonly random: Random
  readonly nowMs: EpochMilliseconds
  readonly lifetime: Seconds
}

/** Unsigned. */
export function savedPlan(saving: Saving): SavedPlan {
  const { plan, desired, random, nowMs, lifetime, ...about } = saving
  const { overrides: _ofOneDatabase, ...contentsOfPlan } = plan
  const packed = packSource(desired, { hasPlaces: true })
  const createdAt = toSeconds(nowMs)
  const contents = {
    formatVersion: '1.1',
    kind: 'SavedPlan' as const,
    planId: ulid(nowMs, random),
    ...about,
    createdAt,
    expiresAt: createdAt + lifetime,
    ...contentsOfPlan,
    guards: desired.policy.guards,
    sourceDigest: sourceDigest(packed),
    desired: packed.toString('base64'),
  }
  // As it will be read again: members without a value are no members of a document.
  const written = JSON.parse(JSON.stringify(contents))
  return { ...written, fingerprint: fingerprintOf(written) }
}

export function fingerprintOf(document: JsonObject): string {
  const { fingerprint: _fingerprint, signature: _signature, ...rest } = document
  return digest(canonicalJson(rest))
}

export const sourceDigest = (packed: Buffer): string =>
  digest(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8'))

const MOST_BYTES = 512 * 1024 * 1024
