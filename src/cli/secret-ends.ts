import type { JsonObject } from '../base/json.ts'
import type { EpochSeconds } from '../base/time.ts'
import { addressOf } from '../config/desired-state.ts'
import type { EndingSecret } from '../deploy/ending-secrets.ts'
import { instantText } from './io.ts'

export const endsBody = (ends: readonly EndingSecret[], now: EpochSeconds): JsonObject[] =>
  ends.map(({ application, id, endsAt, isLast }) => ({
    application: addressOf(application),
    id,
    state: stateAt(endsAt, now),
    endsAt,
    isLast,
  }))

/** A person reads the first few, and cleans up; a program has them all. */
const SHOWN = 10

export function endsTexts(ends: readonly EndingSecret[], now: EpochSeconds): readonly string[] {
  const more = ends.length - SHOWN
  return [
    ...ends.slice(0, SHOWN).map((each) => endText(each, now)),
    ...(more > 0 ? [`and ${more} more: tokenidp status -o json`] : []),
  ]
}

function endText({ application, id, endsAt, isLast }: EndingSecret, now: EpochSeconds): string {
  const { tenant, name } = application
  const when = instantText(endsAt)
  const said = `${id} of ${addressOf(application)}`
  const next = isLast ? `the last it has: tokenidp secrets rotate ${tenant} ${name}` : undefined
  if (stateAt(endsAt, now) === 'ending')
    return `${said} ends at ${when}${next === undefined ? '' : `, ${next}`}`
  return `${said} ended at ${when}, ${next ?? 'remove it from the documents'}`
}

const stateAt = (endsAt: EpochSeconds, now: EpochSeconds) => (endsAt > now ? 'ending' : 'ended')
