import { isDeepStrictEqual } from 'node:util'
import type { Position } from '../../base/diagnostic.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import { durationText, seconds } from '../../config/duration.ts'
import type { ConfigurationTest } from '../../config/tests.ts'
import type { Preview } from '../../oauth/tokens/preview.ts'
import type { Answer } from './ask.ts'

/** One thing that is otherwise than a test expects. */
export interface Miss {
  /** Of what is expected; empty for the answer as a whole. */
  readonly part: string
  readonly expected: string
  readonly actual: string
  readonly at: Position
}

/** What is otherwise than expected; nothing where the test passes. */
export function judge({ expect, placeOf }: ConfigurationTest, answer: Answer): readonly Miss[] {
  const whole = (expected: string): readonly Miss[] => [
    { part: '', expected, actual: answerText(answer), at: placeOf([]) },
  ]
  if (typeof expect === 'string') return answer.is === expect ? [] : whole(expect)
  const { error, ...parts } = expect
  if (error !== undefined)
    return answer.is === 'refused' && answer.error === error ? [] : whole(`refused: ${error}`)
  const { tokens } = answer.is === 'accepted' ? answer : {}
  if (tokens === undefined) return whole('accepted')
  return Object.entries(parts).flatMap(([part, expected]) =>
    compared(part, expected, tokens).map(({ path, ...each }) => ({
      ...each,
      part: path.join('.'),
      at: placeOf(path),
    })),
  )
}

const answerText = (answer: Answer): string =>
  answer.is === 'accepted' ? 'accepted' : `refused: ${answer.error} (${answer.why})`

interface Compared {
  readonly path: readonly string[]
  readonly expected: string
  readonly actual: string
}

function compared(part: string, expected: Json, tokens: Preview): readonly Compared[] {
  const claims = claimsOf(part, tokens)
  if (claims !== undefined)
    return Object.entries(expected as JsonObject).flatMap(([name, value]) =>
      different([part, name], value, claims[name] ?? null),
    )
  const { accessToken, scopes, refreshToken } = tokens
  switch (part) {
    case 'scopes':
      return different([part], sorted(expected), sorted(scopes))
    case 'lifetime': {
      const actual = accessToken.lifetime
      if (seconds(String(expected)) === actual) return []
      return [{ path: [part], expected: String(expected), actual: durationText(actual) }]
    }
    case 'refreshToken':
      return different([part], expected, refreshToken !== undefined)
    case 'format':
      return different([part], expected, accessToken.format)
    default:
      return different([part], expected, accessToken.audience)
  }
}

/** What there is not has no claims. */
function claimsOf(part: string, { accessToken, idToken, userinfo }: Preview) {
  if (part === 'accessToken') return accessToken.claims
  if (part === 'idToken') return idToken ?? {}
  return part === 'userinfo' ? (userinfo ?? {}) : undefined
}

const sorted = (names: Json): Json => (Array.isArray(names) ? [...names].sort() : names)

const different = (path: readonly string[], expected: Json, actual: Json): readonly Compared[] =>
  isDeepStrictEqual(expected, actual)
    ? []
    : [{ path, expected: valueText(expected), actual: valueText(actual) }]

const valueText = (value: Json): string => {
  if (value === null) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
