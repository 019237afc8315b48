import { equalSecrets } from '../../base/digest.ts'
import { isJsonObject, type JsonObject } from '../../base/json.ts'
import type { EpochSeconds } from '../../base/time.ts'
import type { DesiredState } from '../../config/desired-state.ts'
import { Refusal } from '../refusal.ts'
import { unpackSource } from '../source.ts'
import { fingerprintOf, type SavedPlan, sourceDigest } from './saved-plan.ts'

/** Says what is wrong with a document of ours, by its published schema; undefined when nothing is. */
export type CheckForm = (document: JsonObject) => string | undefined

/** Throws for what is no saved plan, and for one that somebody has changed. */
export function readSavedPlan(text: string, checkForm: CheckForm): SavedPlan {
  const document = documentOf(text)
  checkKind(document)
  const isWhole =
    typeof document.fingerprint === 'string' &&
    equalSecrets(document.fingerprint, foundIn(document))
  if (!isWhole)
    throw new Refusal('tampered', 'the saved plan was changed: it no longer has its fingerprint')
  const wrong = checkForm(document)
  if (wrong !== undefined) throw noPlan(wrong)
  // The schema has just accepted it, and says what the type says.
  return document as unknown as SavedPlan
}

function foundIn(document: JsonObject): string {
  try {
    return fingerprintOf(document)
  } catch {
    // Nothing else can happen to what was JSON: the stack is not endless.
    throw noPlan('it is nested too deeply')
  }
}

function documentOf(text: string): JsonObject {
  if (text.trim() === '') throw noPlan('it is empty')
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    throw noPlan('it is not JSON, or only a part of it')
  }
  if (isJsonObject(found)) return found
  throw noPlan('it is not a JSON object')
}

function checkKind({ kind, formatVersion }: JsonObject): void {
  if (kind !== 'SavedPlan') throw noPlan('its kind is not SavedPlan')
  if (typeof formatVersion === 'string' && /^1\.\d{1,6}$/.test(formatVersion)) return
  throw new Refusal(
    'unknown-format',
    'the saved plan has a format that this version of tokenidp does not know',
  )
}

const noPlan = (why: string): Refusal => new Refusal('no-plan', `this is no saved plan: ${why}`)

export function checkExpiry({ expiresAt }: SavedPlan, now: EpochSeconds): void {
  if (now < expiresAt) return
  const days = Math.floor((now - expiresAt) / 86_400)
  const ago = days === 0 ? 'less than a day ago' : `${days} ${days === 1 ? 'day' : 'days'} ago`
  throw new Refusal('expired', `the saved plan expired ${ago}; nothing was applied`)
}

/** What was wanted when the plan was saved. */
export function desiredOf(saved: SavedPlan): DesiredState {
  const packed = Buffer.from(saved.desired, 'base64')
  try {
    if (sourceDigest(packed) === saved.sourceDigest) return unpackSource(packed)
  } catch {
    // Whatever it is, nobody packed it here.
  }
  throw new Refusal('tampered', 'the saved plan was changed: what it wants has another digest')
}
