import { durationText } from '../../duration.ts'
import type { Draft } from '../draft.ts'
import type { Foreign } from '../ledger.ts'
import { lifetimeOf, MOST } from '../said.ts'

type Tokens = NonNullable<Draft['spec']['tokens']>

/** By the name of a lifespan, if a client has one: what it says, and for the rest what counts for all. */
export function tokensBy(lifespans: Foreign): (name: Foreign) => Tokens {
  const known = new Map<string | undefined, Tokens>()
  return (name) => {
    const text = name.text()
    const custom = text === undefined ? undefined : lifespans.at('custom').at(text)
    if (custom !== undefined && custom.value === undefined)
      name.tell('a lifespan that is not described', 'those that count for all are kept')
    const found = known.get(text) ?? tokensOf(lifespans, custom)
    known.set(text, found)
    return found
  }
}

function tokensOf(all: Foreign, custom: Foreign | undefined): Tokens {
  const lifetime = (name: string, most: number): string | undefined => {
    const own = custom?.at(name)
    const from = own?.value === undefined ? all.at(name) : own
    return lifetimeOf(from, secondsOf(from), most)
  }
  const access = lifetime('access_token', MOST.access)
  const id = lifetime('id_token', MOST.id)
  const code = lifetime('authorize_code', MOST.code)
  // Each refresh token lives for so long, and the next one as long again.
  const idle = lifetime('refresh_token', MOST.idle)
  return {
    ...(access && { access: { ttl: access } }),
    ...(id && { id: { ttl: id } }),
    ...(code && { code: { ttl: code } }),
    ...(idle && { refresh: { idle } }),
  }
}

const DAY = 86_400
const SECONDS: Readonly<Record<string, number>> = {
  y: 365 * DAY,
  M: (365 * DAY) / 12,
  w: 7 * DAY,
  d: DAY,
  h: 3600,
  m: 60,
  s: 1,
}

const WORDS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']
const UNIT = `(?:${WORDS.join('|')})s?|[yMwdhms]`

/** `1h30m`, `1 hour and 30 minutes`, or a number of seconds. */
function secondsOf(from: Foreign): number | undefined {
  const count = from.count()
  if (count !== undefined) return count
  const text = from.text()
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  if (new RegExp(`^(?:\\d+\\s*(?:${UNIT})\\s*(?:and\\s+)?)+$`).test(text))
    return [...text.matchAll(new RegExp(`(\\d+)\\s*(${UNIT})`, 'g'))].reduce(
      (sum, [, number, unit]) => sum + Number(number) * (SECONDS[letterOf(unit ?? '')] ?? 0),
      0,
    )
  from.tell('not a length of time', `the default is kept; write one such as ${durationText(900)}`)
  return undefined
}

const letterOf = (unit: string): string =>
  unit.startsWith('month') ? 'M' : unit.length > 1 ? unit.slice(0, 1) : unit
