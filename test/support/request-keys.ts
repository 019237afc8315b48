import { aKey, type TestKey } from './assertion.ts'

/** Of the applications `signs` and `signs-only`. */
export const REQUEST_KEYS: readonly TestKey[] = [
  aKey('es', 'ES256'),
  aKey('rs', 'RS256'),
  aKey('ps', 'PS256'),
  aKey('ed', 'EdDSA'),
]

export function requestKey(alg: string): TestKey {
  const key = REQUEST_KEYS.find((each) => each.alg === alg)
  if (key === undefined) throw new Error(`no key for ${alg}`)
  return key
}
